"""The pictures' craft: an engine (``studio``), furniture (``grounds``, ``props``) and a file per product."""
