"""Random faults on a real installation of several processes, and the count of what they broke.

``python -m tests.chaos --help``; ``make chaos``.
"""
