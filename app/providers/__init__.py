"""Language, vision, speech, image and video models behind small protocols; all optional, found by the settings."""
