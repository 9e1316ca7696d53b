"""What is wrong with a script: form, content, what it tells, and the offer.

``page`` knows what the product's page says, ``form`` and ``content`` judge a line, ``selling`` and ``offer`` a whole
script, ``claims`` what stands in a line of nobody's: neither the page's words nor a frame's.
"""
