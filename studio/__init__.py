"""A photo studio in software: models of the demo shop's products, lit and photographed by a path tracer."""
