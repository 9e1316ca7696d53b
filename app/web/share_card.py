"""The links to a short on its page: made, copied, revoked, with what was said over each."""

from __future__ import annotations

from nicegui.events import GenericEventArguments

from app.shares import use_cases
from app.shares.repository import AnswerKind, Share
from app.web.kit import TEXT_OF_FORM, Live, Question, badge, button, card, copy_button, el, moment, select
from app.web.shell import Visit

DAYS = {"7": "7 days", "14": "14 days", "30": "30 days", "90": "90 days"}
TOLD = {AnswerKind.APPROVED: ("approved", "good"), AnswerKind.COMMENTED: ("comment", "plain")}


class ShareCard:
    """A form that makes a link, and the links there are."""

    def __init__(self, visit: Visit, short_id: str, user_id: str | None, question: Question) -> None:
        self.visit, self.short_id, self.user_id, self.question = visit, short_id, user_id, question
        with card("Share it for review"):
            el("p", "Whoever has a link sees the video and its posts without a key, approves and comments.", css="soft")
            form = el("form", css="share-form", aria_label="A new link")
            form.on("submit", self.create, js_handler=TEXT_OF_FORM)
            with form:
                select("Ends after", "days", DAYS, "14")
                button("Create a link", kind="submit")
            self.made = Live(draw_made, role="status")
            self.shown = Live(self.draw)

    async def look(self) -> None:
        """Bring the links up to date."""
        self.show(await self.visit.ask(use_cases.find, self.visit.caller, self.short_id, self.user_id))

    def show(self, shares: list[Share]) -> None:
        """Show links."""
        self.shown.show(tuple((one.share_id, one.open, len(one.answers)) for one in shares), shares)

    def draw(self, shares: list[Share]) -> None:
        """Draw the links, each with what was said."""
        if not shares:
            return
        with el("ul", css="shares"):
            for share in shares:
                with el("li", css="share"):
                    self.draw_share(share)

    def draw_share(self, share: Share) -> None:
        """Draw one link."""
        with el("div", css="share-head"):
            badge(
                "open" if share.open else "revoked" if share.revoked_at else "ended", "live" if share.open else "plain"
            )
            with el("span", css="faint"):
                el("span", "Made ")
                moment(share.created_at)
                if share.open:
                    el("span", ", ends ")
                    moment(share.expires_at)
            if share.open:
                button("Revoke", lambda: self.ask_to_revoke(share.share_id), css="small danger")
        for said in share.answers:
            with el("div", css="answer"):
                badge(*TOLD[said.kind])
                el("strong", said.name)
                with el("span", css="faint"):
                    moment(said.at)
                if said.text:
                    el("p", said.text)

    async def create(self, event: GenericEventArguments) -> None:
        """Make a link and show it, once."""
        days = str(event.args.get("days")) if isinstance(event.args, dict) else ""
        made: tuple[Share, str] | None = await self.visit.attempt(
            use_cases.create, self.visit.caller, self.short_id, int(days) if days in DAYS else 14, self.user_id
        )
        if made is not None:
            share, token = made
            self.made.show(share.share_id, f"{self.visit.request.base_url}s/{token}")
            await self.look()

    def ask_to_revoke(self, share_id: str) -> None:
        """Ask whether a link is to end."""

        async def revoke() -> None:
            await self.visit.attempt(use_cases.revoke, self.visit.caller, self.short_id, share_id, self.user_id)
            self.made.show(None, "")
            await self.look()

        text = "Whoever has it sees the video no more. What was said over it stays."
        self.question.ask("Revoke this link?", text, "Revoke it", revoke)


def draw_made(url: str) -> None:
    """Draw a new link: only now is it known."""
    if not url:
        return
    with el("div", css="post-part"):
        el("code", url, css="mono share-url")
        copy_button(url, "the link")
    el("p", "Copy it now: it is not shown again.", css="faint")
