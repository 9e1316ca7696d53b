"""Rendering: scenes and pictures in, an MP4 out. Plain functions over plain data, run in a child process."""
