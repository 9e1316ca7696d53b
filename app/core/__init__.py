"""What everything may use and what uses nothing: folders, logs and metrics, traces, redaction, words for searching."""
