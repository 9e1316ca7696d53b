"""What the parts cost, each as a ratio against a peer in the same run."""
