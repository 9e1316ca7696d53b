"""Pages made to break a reader, each a function of how large it may get."""

from collections.abc import Callable

START = "<html><body><h1>Oak desk</h1><p class=price>€ 5,00</p><button>Add to cart</button>"
MEGABYTE = 1_000_000


def fill(piece: str, size: int) -> str:
    """Return ``piece`` repeated up to about ``size`` characters."""
    return piece * max(1, size // len(piece))


HOSTILE: dict[str, Callable[[int], str]] = {
    "deep": lambda n: START + fill("<div>", n) + "x",
    "deep and closed": lambda n: START + fill("<div>", n // 2) + "x" + fill("</div>", n // 2),
    "deep lists": lambda n: START + fill("<ul><li>", n),
    "deep links": lambda n: START + fill('<a href="/x"><h3>', n),
    "misnested": lambda n: START + fill("<div><table></div>", n),
    "formatting": lambda n: START + fill("<b><i><font size=1>", n // 100) + fill("<p>x", n),
    "attributes": lambda n: START + "<div " + " ".join(f"a{k}=1" for k in range(n // 8)) + ">",
    "attributes without spaces": lambda n: START + "<div " + "/".join(f"a{k}" for k in range(n // 8)) + ">",
    "open titles": lambda n: START + fill("<title", n),
    "titles in values": lambda n: START + "<title" + fill(' b="<title "', n),
    "hidden depth": lambda n: START + fill("<div><textarea></div></textarea>", n),
    "attributes with signs": lambda n: START + "<div " + "".join(f'a{k}=">" ' for k in range(n // 10)) + ">",
    "open quotes": lambda n: START + fill('<div title="', n),
    "open comments": lambda n: START + fill("<!-- <!", n),
    "open scripts": lambda n: START + fill("<script", n),
    "scripts in capitals": lambda n: START + fill("<script></SCRIPT>", n),
    "json bomb": lambda n: START + "<script type=application/ld+json>" + fill('{"a":[', n) + "</script>",
    "json list bomb": lambda n: START + "<script type=application/ld+json>" + fill("[", n) + "</script>",
    "state bomb": lambda n: START + "<script>var Oak=" + fill('{"price":{"desk":', n) + "</script>",
    "state starts": lambda n: START + "<script>var Oak price;" + fill('x={"a":1,', n) + "</script>",
    "loose state": lambda n: START + "<script>/* Oak desk price */" + fill("product={name:'Oak desk',",
    n) + "</script>",
    "long names in state": lambda n: START + "<script>Oak price " + fill("productitem", n) + "={</script>",
    "attribute bomb": lambda n: START + fill('<i x="{&quot;price&quot;:{&quot;name&quot;:">', n),
    "prices": lambda n: START + fill('<span class="price">€ 5,00</span>', n),
    "bare prices": lambda n: START + fill("€ 5 ", n),
    "digits": lambda n: START + "<p class=price>€ " + fill("1.", n) + "</p>",
    "digits apart": lambda n: START + fill("<b class=price>1<sup>2</sup></b>", n),
    "spaces": lambda n: START + "<p class=brand>by" + fill(" ", n) + "x</p>",
    "labels": lambda n: START + fill("<p>SKU: <b>a</b> - </p>", n),
    "brand words": lambda n: START + fill('<a class=brand href="/b">visit the all products from </a>', n),
    "cards": lambda n: START + fill('<div><h3><a href="/x">Pine shelf</a></h3><i class=price>€ 9</i></div>', n),
    "buttons": lambda n: START + fill("<button class=add-to-cart>Add to cart</button>", n),
    "headings": lambda n: START + fill("<h1>Oak <span>desk</span></h1>", n),
    "a long heading": lambda n: f"<html><h1>{fill('<b>Oak</b> ', n)}</h1><p class=price>€ 5,00</p><button>Buy</button>",
    "microdata": lambda n: START + fill("<div itemscope itemtype=Product><i itemprop=name>x</i>", n),
    "references": lambda n: START + "<script type=application/ld+json>[" + fill('{"@id":"a","b":{"@id":"a"}},',
    n) + "1]</script>",
    "entities": lambda n: START + fill("&amp;amp;", n),
    "words": lambda n: START + "<p>" + fill("many words ", n),
    "one word": lambda n: START + "<p>" + fill("a", n),
    "no tags": lambda n: "<html>" + fill("<", n),
    "ratings": lambda n: START + fill('<i class=rating title="4.4 out of 5">(12)</i>', n),
    "metas": lambda n: "<meta property='og:title' content='Oak desk'>" * (n // 48) + START,
    "title": lambda n: f"<title>{fill('Oak | ', n)}</title>" + START,
}  # fmt: skip
