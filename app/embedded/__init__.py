"""The database and the broker that serve when no URI is set.

They run as child processes of a small *supervisor*, one per data folder. Every ShopReel process that uses them holds a
connection to the supervisor's socket; the kernel closes it however the process ends, kill -9 too. When the last one is
gone, the supervisor stops the servers and ends.
"""

from app.embedded.hold import Endpoints, attach, check_writable, detach, report_broken

__all__ = ["Endpoints", "attach", "check_writable", "detach", "report_broken"]
