"""The sessions' service, under the path of the contract; it lives in ``app.sessions.service``."""

from app.sessions.service import SessionManager, SessionService, session_service

__all__ = ["SessionManager", "SessionService", "session_service"]
