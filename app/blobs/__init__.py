"""Media: a folder or S3, what is kept there, what nobody needs any longer."""
