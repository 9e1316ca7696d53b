"""Language and vision models by pydantic-ai: OpenAI and whatever speaks its protocol, Google, Anthropic, Ollama."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.core.telemetry import MODEL_DOLLARS, MODEL_TOKENS, PROVIDER_CALLS, PROVIDER_SECONDS
from app.errors import Unavailable, WorkFailed
from app.providers.protocols import Answer, Output, Usage
from app.providers.transport import Throttle

if TYPE_CHECKING:
    from pydantic_ai.models import Model

MAKERS = ("openai", "google", "anthropic", "ollama")
OLLAMA_URL = "http://127.0.0.1:11434/v1"
MOST_OUTPUT_TOKENS = 8000
MILLION = Decimal(1_000_000)


@dataclass
class PydanticAiModel:
    """A model that writes and, where it can, looks at pictures. ``maker`` is one of ``MAKERS``."""

    maker: str
    model: str
    key: str | None
    url: str | None
    timeout: float
    retries: int
    throttle: Throttle
    price: tuple[Decimal, Decimal] | None = None
    """Dollars for a million tokens in and out, where pydantic-ai does not know them."""

    @property
    def name(self) -> str:
        """Maker and model."""
        return f"{self.maker}:{self.model}"

    def __repr__(self) -> str:
        """Leave the key out."""
        return f"PydanticAiModel({self.name!r})"

    def write(self, instructions: str, text: str, shape: type[Output]) -> Answer[Output]:
        """Return an answer of ``shape``: see ``LanguageModel``."""
        return self._run(instructions, [text], shape)

    def look(self, instructions: str, picture: bytes, media_type: str, shape: type[Output]) -> Answer[Output]:
        """Return an answer about a picture: see ``VisionModel``."""
        from pydantic_ai import BinaryContent

        return self._run(instructions, [BinaryContent(picture, media_type=media_type)], shape)

    def _run(self, instructions: str, content: list[Any], shape: type[Output]) -> Answer[Output]:
        from pydantic_ai.exceptions import AgentRunError, ModelAPIError, ModelHTTPError, UserError

        self.throttle.wait()
        begin = time.monotonic()
        outcome = "failed"
        try:
            output, usage = asyncio.run(asyncio.wait_for(self._ask(instructions, content, shape), self.timeout))
            outcome = "done"
        except TimeoutError:
            outcome = "no_answer"
            raise Unavailable(f"{self.name} took over {self.timeout:g} s") from None
        except ModelHTTPError as error:
            outcome = str(error.status_code)
            again = error.status_code in (408, 409, 429) or error.status_code >= 500
            message = f"{self.name} answered {error.status_code}"
            raise (Unavailable(message) if again else WorkFailed(message)) from None
        except (ModelAPIError, OSError) as error:
            outcome = "no_answer"
            raise Unavailable(f"{self.name} does not answer ({type(error).__name__})") from None
        except (AgentRunError, UserError) as error:
            raise WorkFailed(f"{self.name}: no usable answer ({type(error).__name__})") from None
        finally:
            PROVIDER_CALLS.labels(self.maker, outcome).inc()
            PROVIDER_SECONDS.labels(self.maker).observe(time.monotonic() - begin)
        return Answer(output, self._usage(usage, time.monotonic() - begin))

    async def _ask(self, instructions: str, content: list[Any], shape: type[Output]) -> tuple[Output, Any]:
        from httpx2 import AsyncClient, AsyncHTTPTransport, Timeout
        from pydantic_ai import Agent, UsageLimits
        from pydantic_ai.settings import ModelSettings

        # A client of its own for each call: one that is shared belongs to another thread's event loop.
        transport = AsyncHTTPTransport(retries=self.retries)
        async with AsyncClient(timeout=Timeout(self.timeout), transport=transport) as client:
            agent = Agent(self._model(client), output_type=shape, instructions=instructions, retries=1)
            settings = ModelSettings(max_tokens=MOST_OUTPUT_TOKENS, timeout=self.timeout)
            result = await agent.run(content, model_settings=settings, usage_limits=UsageLimits(request_limit=3))
            return result.output, result.usage

    def _model(self, client: Any) -> Model:
        if self.maker == "google":
            from pydantic_ai.models.google import GoogleModel
            from pydantic_ai.providers.google import GoogleProvider

            return GoogleModel(
                self.model, provider=GoogleProvider(api_key=self.key, base_url=self.url, http_client=client)
            )
        if self.maker == "anthropic":
            from pydantic_ai.models.anthropic import AnthropicModel
            from pydantic_ai.providers.anthropic import AnthropicProvider

            anthropic = AnthropicProvider(api_key=self.key, base_url=self.url, http_client=client)
            return AnthropicModel(self.model, provider=anthropic)
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai import OpenAIProvider

        url = self.url or (OLLAMA_URL if self.maker == "ollama" else None)
        # A server of one's own asks for no key, but the client wants one.
        openai = OpenAIProvider(base_url=url, api_key=self.key or "none", http_client=client)
        return OpenAIChatModel(self.model, provider=openai)

    def _usage(self, usage: Any, seconds: float) -> Usage:
        dollars = usage.cost
        if dollars is None and self.price is not None:
            dollars = (usage.input_tokens * self.price[0] + usage.output_tokens * self.price[1]) / MILLION
        MODEL_DOLLARS.labels(self.name).inc(float(dollars or 0))
        MODEL_TOKENS.labels(self.name, "in").inc(usage.input_tokens)
        MODEL_TOKENS.labels(self.name, "out").inc(usage.output_tokens)
        return Usage(
            model=self.name,
            requests=usage.requests,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            dollars=None if dollars is None else Decimal(str(dollars)),
            seconds=seconds,
        )
