"""The words by which shop pages say what an amount is, lower case, by language.

A word counts where it stands right before (or after) an amount, or alone as a label; a newcomer adds a language's words
here and touches no code.
"""

# fmt: off
Words = dict[str, tuple[str, ...]]

LOWEST: Words = {
    "en": ("lowest price in the last 30 days", "lowest price in last 30 days", "lowest price last 30 days",
           "lowest price in the 30 days before the discount", "lowest price in the past 30 days",
           "lowest price of the last 30 days", "30-day lowest price", "lowest recent price", "lowest prior price",
           "lowest price before the discount", "lowest price before reduction", "prior lowest price"),
    "de": ("niedrigster preis der letzten 30 tage", "niedrigster preis in den letzten 30 tagen",
           "niedrigster gesamtpreis der letzten 30 tage", "30-tage-bestpreis", "30-tage-tiefstpreis",
           "bester 30-tage-preis", "letzter niedrigster preis", "tiefster preis der letzten 30 tage",
           "günstigster preis der letzten 30 tage", "niedrigster 30-tage-preis"),
    "fr": ("prix le plus bas des 30 derniers jours", "prix le plus bas sur 30 jours", "meilleur prix sur 30 jours",
           "prix le plus bas avant la promotion", "prix le plus bas sur les 30 derniers jours",
           "dernier prix le plus bas", "prix le plus bas pratiqué sur les 30 derniers jours"),
    "es": ("precio más bajo de los últimos 30 días", "precio más bajo en los últimos 30 días",
           "precio mínimo últimos 30 días", "precio mínimo de los últimos 30 días", "precio más bajo en 30 días"),
    "it": ("prezzo più basso degli ultimi 30 giorni", "prezzo più basso negli ultimi 30 giorni",
           "prezzo minimo ultimi 30 giorni", "prezzo minimo degli ultimi 30 giorni", "ultimo prezzo più basso",
           "prezzo più basso recente"),
    "pt": ("preço mais baixo dos últimos 30 dias", "preço mais baixo nos últimos 30 dias",
           "preço mínimo dos últimos 30 dias", "preço mais baixo 30 dias"),
    "nl": ("laagste prijs van de afgelopen 30 dagen", "laagste prijs in de afgelopen 30 dagen",
           "laagste prijs afgelopen 30 dagen", "laagste prijs laatste 30 dagen"),
    "sv": ("lägsta pris senaste 30 dagarna", "lägsta pris 30 dagar", "tidigare lägsta pris",
           "lägsta priset senaste 30 dagarna"),
    "da": ("laveste pris seneste 30 dage", "laveste pris sidste 30 dage", "laveste pris de sidste 30 dage",
           "tidligere laveste pris"),
    "no": ("laveste pris siste 30 dager", "laveste pris 30 dager", "tidligere laveste pris"),
    "fi": ("alin hinta 30 päivän aikana", "30 päivän alin hinta", "alin hinta viimeisten 30 päivän aikana"),
    "pl": ("najniższa cena z 30 dni przed obniżką", "najniższa cena z ostatnich 30 dni",
           "najniższa cena z 30 dni", "najniższa cena w ciągu 30 dni", "najniższa cena"),
    "cs": ("nejnižší cena za posledních 30 dní", "nejnižší cena za 30 dní", "nejnižší cena za posledních 30 dnů",
           "nejnižší cena za 30 dnů před slevou"),
    "sk": ("najnižšia cena za posledných 30 dní", "najnižšia cena za 30 dní"),
    "hu": ("az elmúlt 30 nap legalacsonyabb ára", "elmúlt 30 nap legalacsonyabb ára", "legalacsonyabb ár 30 napon belül",
           "30 napos legalacsonyabb ár"),
    "ro": ("cel mai mic preț din ultimele 30 de zile", "cel mai mic pret din ultimele 30 de zile",
           "cel mai mic preț din ultimele 30 zile"),
    "bg": ("най-ниска цена за последните 30 дни", "най-ниска цена през последните 30 дни"),
    "hr": ("najniža cijena u zadnjih 30 dana", "najniža cijena u posljednjih 30 dana"),
    "sl": ("najnižja cena v zadnjih 30 dneh", "najnižja cena zadnjih 30 dni"),
    "el": ("χαμηλότερη τιμή των τελευταίων 30 ημερών", "χαμηλότερη τιμή τελευταίων 30 ημερών"),
}
"""The lowest price of the last thirty days, as the Union's directive on price reductions asks for."""

MAXIMUM: Words = {"en": ("m.r.p", "mrp", "maximum retail price", "max retail price", "max. retail price")}
"""The maximum retail price that is printed on goods in India."""

RECOMMENDED: Words = {
    "en": ("rrp", "r.r.p", "srp", "s.r.p", "msrp", "m.s.r.p", "recommended retail price", "recommended price", "rec. price",
           "rec. retail price", "suggested retail price", "suggested price", "manufacturer's suggested retail price",
           "retail price", "list price", "retail", "est. retail value", "retail value", "publisher's price", "cover price"),
    "de": ("uvp", "u.v.p", "unverb. preisempf", "unverbindliche preisempfehlung", "unverb. preisempfehlung",
           "empf. preis", "empfohlener verkaufspreis", "evp", "listenpreis", "unverbindliche preisempf", "katalogpreis",
           "ehem. uvp", "preisempfehlung"),
    "fr": ("prix conseillé", "prix public conseillé", "prix de vente conseillé", "prix recommandé", "prix public", "ppc",
           "pvc", "prix catalogue", "prix éditeur", "prix de vente recommandé"),
    "es": ("pvp recomendado", "p.v.p. recomendado", "p.v.p.r", "pvpr", "pvp", "p.v.p", "precio recomendado",
           "precio de venta recomendado", "precio sugerido", "precio de lista", "precio lista"),
    "it": ("prezzo consigliato", "prezzo di listino", "prezzo listino", "prezzo consigliato al pubblico", "listino",
           "prezzo raccomandato", "prezzo di copertina", "pvp consigliato"),
    "pt": ("pvp recomendado", "p.v.p.r", "pvpr", "pvp", "p.v.p", "preço recomendado", "preço sugerido", "preço de tabela",
           "preço de lista", "preço de capa", "pvp editora"),
    "nl": ("adviesprijs", "adv. prijs", "advies prijs", "aanbevolen verkoopprijs", "catalogusprijs"),
    "sv": ("rek. pris", "rek pris", "rekommenderat pris", "ca-pris", "cirkapris", "rek. ca-pris", "riktpris"),
    "da": ("vejl. pris", "vejl pris", "vejledende pris", "vejledende udsalgspris", "listepris"),
    "no": ("veil. pris", "veil pris", "veiledende pris", "veiledende utsalgspris"),
    "fi": ("suositushinta", "ovh", "suositeltu vähittäismyyntihinta", "listahinta"),
    "pl": ("cena katalogowa", "sugerowana cena detaliczna", "sugerowana cena", "cena sugerowana", "cena detaliczna",
           "cena okładkowa", "scd"),
    "cs": ("doporučená cena", "doporučená maloobchodní cena", "moc", "dmoc", "dpc", "katalogová cena"),
    "sk": ("odporúčaná cena", "odporúčaná maloobchodná cena", "moc", "katalógová cena"),
    "hu": ("ajánlott fogyasztói ár", "ajánlott ár", "listaár", "ajánlott kiskereskedelmi ár"),
    "ro": ("prp", "preț recomandat", "pret recomandat", "preț de listă", "pret de lista",
           "preț recomandat de producător"),
    "bg": ("пцд", "препоръчителна цена", "препоръчана цена", "каталожна цена"),
    "hr": ("preporučena cijena", "preporučena maloprodajna cijena", "mpc", "kataloška cijena"),
    "sl": ("priporočena cena", "priporočena maloprodajna cena", "pmpc", "redna mpc"),
    "ru": ("ррц", "рекомендованная цена", "рекомендуемая цена", "рекомендованная розничная цена", "цена по каталогу"),
    "uk": ("ррц", "рекомендована ціна", "рекомендована роздрібна ціна"),
    "tr": ("tavsiye edilen fiyat", "tavsiye edilen satış fiyatı", "piyasa fiyatı", "liste fiyatı", "psf"),
    "el": ("προτεινόμενη λιανική τιμή", "π.λ.τ", "πλτ", "προτεινόμενη τιμή", "τιμή καταλόγου", "τιμή εκδότη"),
    "he": ("מחיר מומלץ", "מחיר מומלץ לצרכן", "מחיר קטלוגי", "מחירון"),
    "ar": ("السعر الموصى به", "سعر التجزئة المقترح", "سعر القائمة", "السعر المقترح"),
    "zh": ("建議售價", "建议零售价", "建議零售價", "市价", "市價", "市场价", "市場價", "參考價", "参考价", "定价", "定價", "厂商指导价",
           "官方指导价", "吊牌价", "吊牌價"),
    "ja": ("希望小売価格", "メーカー希望小売価格", "参考価格", "定価", "市場価格", "標準価格"),
    "ko": ("권장소비자가", "소비자가", "소비자 가격", "권장 소비자가", "출시가", "시중가", "정가"),
}
"""What a maker, a publisher or a catalogue asks for it."""

PREVIOUS: Words = {
    "en": ("was", "before", "regular price", "reg. price", "reg", "regular", "original price", "original", "originally",
           "orig", "old price", "previous price", "previously", "prev. price", "compare at", "compare at price", "compared to",
           "normally", "normal price", "usually", "usual price", "standard price", "instead of", "full price", "typical price",
           "marked down from", "reduced from", "down from", "strikethrough price", "non-sale price", "last price"),
    "de": ("statt", "anstatt", "vorher", "bisher", "bisheriger preis", "alter preis", "früher", "früherer preis", "war",
           "zuvor", "sonst", "ehemals", "ursprünglich", "ursprünglicher preis", "originalpreis", "normalpreis",
           "regulärer preis", "unser bisheriger preis", "ehemaliger preis", "standardpreis", "regulär", "streichpreis", "ehem"),
    "fr": ("au lieu de", "ancien prix", "avant", "prix initial", "prix d'origine", "prix normal", "prix habituel",
           "prix barré", "prix de base", "prix d'avant", "était à", "était", "prix précédent", "prix de référence",
           "prix avant remise", "précédemment", "prix régulier"),
    "es": ("antes", "precio anterior", "precio normal", "precio original", "precio regular", "precio habitual",
           "en lugar de", "era", "normal", "antes a", "precio antes", "precio base", "precio inicial", "en vez de"),
    "it": ("anziché", "anzichè", "invece di", "prima", "prezzo precedente", "prezzo originale", "prezzo pieno",
           "prezzo iniziale", "prezzo normale", "era", "prezzo intero", "prezzo barrato", "invece che", "al posto di"),
    "pt": ("antes", "preço anterior", "preço original", "preço normal", "preço antigo", "em vez de", "era", "de",
           "por de", "preço inicial", "preço sem desconto", "preço regular"),
    "nl": ("van", "was", "voor", "normaal", "normale prijs", "oude prijs", "i.p.v", "in plaats van", "van voor",
           "oorspronkelijke prijs", "eerdere prijs", "normaalprijs", "oorspronkelijk", "vorige prijs"),
    "sv": ("ord. pris", "ord pris", "ordinarie pris", "tidigare pris", "tidigare", "förut", "ord", "ursprungligt pris",
           "istället för", "innan"),
    "da": ("før", "førpris", "normalpris", "før pris", "tidligere pris", "tidligere", "oprindelig pris", "i stedet for"),
    "no": ("før", "førpris", "ord. pris", "ordinær pris", "tidligere pris", "normalpris", "ordinærpris",
           "opprinnelig pris"),
    "fi": ("norm", "normaalihinta", "normaali hinta", "ennen", "alkuperäinen hinta", "aiempi hinta", "vanha hinta",
           "norm. hinta", "ovh oli"),
    "et": ("tavahind", "tavaline hind", "vana hind", "enne", "endine hind"),
    "lv": ("parastā cena", "vecā cena", "iepriekšējā cena", "regulārā cena"),
    "lt": ("įprasta kaina", "sena kaina", "ankstesnė kaina", "buvo"),
    "pl": ("poprzednia cena", "cena regularna", "stara cena", "cena przed obniżką", "zamiast", "cena standardowa",
           "cena podstawowa", "cena początkowa", "wcześniejsza cena", "było", "przed obniżką", "cena pierwotna", "poprzednio"),
    "cs": ("původní cena", "běžná cena", "původně", "místo", "před slevou", "cena před slevou", "předchozí cena",
           "stará cena", "obvyklá cena", "běžně"),
    "sk": ("pôvodná cena", "bežná cena", "pôvodne", "namiesto", "pred zľavou", "cena pred zľavou", "predtým", "bežne",
           "stará cena"),
    "hu": ("eredeti ár", "korábbi ár", "régi ár", "volt", "helyett", "normál ár", "előző ár", "eredetileg",
           "akció előtti ár"),
    "ro": ("preț vechi", "pret vechi", "preț inițial", "pret initial", "preț întreg", "în loc de", "preț anterior",
           "preț normal", "pret normal", "preț de bază", "înainte"),
    "bg": ("стара цена", "предишна цена", "редовна цена", "нормална цена", "вместо", "беше", "цена преди"),
    "hr": ("stara cijena", "redovna cijena", "redna cijena", "prijašnja cijena", "umjesto", "početna cijena",
           "prethodna cijena"),
    "sr": ("stara cena", "redovna cena", "umesto", "prethodna cena", "стара цена", "редовна цена"),
    "sl": ("redna cena", "stara cena", "prejšnja cena", "prej", "namesto", "običajna cena", "prvotna cena"),
    "ru": ("старая цена", "прежняя цена", "было", "цена без скидки", "обычная цена", "без скидки", "вместо", "раньше",
           "розничная цена", "цена до скидки", "первоначальная цена"),
    "uk": ("стара ціна", "попередня ціна", "було", "звичайна ціна", "замість", "раніше", "ціна без знижки"),
    "tr": ("eski fiyat", "önceki fiyat", "indirimsiz fiyat", "normal fiyat", "orijinal fiyat", "yerine"),
    "el": ("αρχική τιμή", "παλιά τιμή", "από", "αρχική", "προηγούμενη τιμή", "αντί", "κανονική τιμή", "πριν"),
    "he": ("במקום", "מחיר קודם", "מחיר רגיל", "מחיר מקורי", "לפני הנחה", "מחיר לפני הנחה", "היה"),
    "ar": ("كان", "بدلاً من", "بدلا من", "السعر السابق", "السعر القديم", "السعر الأصلي", "السعر قبل", "قبل الخصم", "قبل"),
    "fa": ("قیمت قبل", "قیمت قبلی", "قیمت اصلی"),
    "zh": ("原價", "原价", "原售價", "原售价", "划线价", "劃線價", "日常价", "平时价", "優惠前", "促销前", "專櫃價", "专柜价"),
    "ja": ("通常価格", "元値", "元の価格", "販売価格（税込）前", "値下げ前", "旧価格", "セール前価格", "以前の価格", "当店通常価格"),
    "ko": ("정상가", "원가", "할인전", "할인 전", "기존가", "판매가격 전", "정상가격", "이전 가격"),
    "vi": ("giá gốc", "giá cũ", "giá thị trường", "giá niêm yết"),
    "id": ("harga normal", "harga awal", "harga sebelum diskon", "harga asli"),
    "th": ("ราคาปกติ", "ราคาเดิม", "ราคาก่อนลด", "จากราคา"),
    "hi": ("पुरानी कीमत", "मूल कीमत", "पहले"),
}
"""What it cost before."""

FORMER_KINDS: dict[str, Words] = {
    "lowest_30_days": LOWEST, "mrp": MAXIMUM, "rrp": RECOMMENDED, "was": PREVIOUS,
}  # fmt: skip
"""What a page calls a former price -> its words; where several fit, the first and longest counts."""

BETWEEN = (
    "price", "incl. vat", "inc. vat", "inc vat", "inkl. mwst", "incl. btw", "inkl. moms", "ttc", "iva incl", "iva inclusa",
    "iva incluido", "des herstellers", "du fabricant", "del fabricante", "del produttore", "do fabricante", "preis",
    "from", "ab", "only", "nur", "z vat", "s dph", "of", "à", "at", "à partir de",
)
"""What may stand between such a word and its amount."""

FROM_BEFORE: Words = {
    "en": ("from", "starting at", "starting from", "starts at", "starts from", "as low as", "prices from", "price from",
           "beginning at", "from only", "from just", "now from", "priced from", "low as"),
    "de": ("ab", "schon ab", "bereits ab", "preis ab", "nur ab", "jetzt ab", "beginnend bei"),
    "fr": ("dès", "à partir de", "a partir de", "à partir du prix de", "prix à partir de"),
    "es": ("desde", "a partir de", "precio desde"), "it": ("da", "a partire da", "a partire dal", "prezzo da", "prezzi da"),
    "pt": ("a partir de", "desde", "a partir"), "nl": ("vanaf", "v.a", "va", "prijs vanaf"),
    "sv": ("från", "fr", "pris från"), "da": ("fra", "pris fra"), "no": ("fra", "pris fra"), "fi": ("alkaen", "alk"),
    "et": ("alates",), "lv": ("sākot no", "no"), "lt": ("nuo",), "pl": ("od", "już od", "cena od", "ceny od"),
    "cs": ("od", "již od", "cena od"), "sk": ("od", "už od", "cena od"), "ro": ("de la", "începând de la", "incepand de la"),
    "bg": ("от", "цена от"), "hr": ("od", "već od"), "sr": ("od", "već od"), "sl": ("od", "že od"),
    "ru": ("от", "цена от", "начиная от"), "uk": ("від", "ціна від"), "tr": ("başlayan",), "el": ("από",),
    "he": ("החל מ", "החל מ-", "מ-", "מחיר החל מ"), "ar": ("ابتداءً من", "ابتداء من", "يبدأ من", "من"),
    "zh": ("最低", "最低價", "最低价", "低至"), "ja": ("最安値",), "ko": ("최저", "최저가"), "vi": ("từ", "chỉ từ"),
    "id": ("mulai dari", "mulai"), "th": ("เริ่มต้น", "เริ่มต้นที่"), "hi": ("से शुरू",),
}
FROM_AFTER: Words = {
    "fi": ("alkaen", "alk"), "hu": ("-tól", "-től", "ft-tól", "ft-tól", "forinttól", "tól", "től"), "zh": ("起",),
    "ja": ("から", "〜", "～", "~"), "ko": ("부터", "~", "이상"), "en": ("and up", "+ options", "& up"), "de": ("und mehr", "aufwärts"),
    "tr": ("'den başlayan", "'dan başlayan", "den başlayan", "dan başlayan"), "hi": ("से शुरू",), "sv": ("och uppåt",),
}
RANGE_SIGNS = ("-", "–", "—", "~", "〜", "～", "to", "bis", "à", "a", "até", "hasta", "tot", "till", "til", "do", "до", "έως", "to:", "～")
"""What stands alone between the two ends of a range of prices."""

MEMBERS: Words = {
    "en": ("member price", "members price", "member's price", "members' price", "members pay", "member deal",
           "for members", "clubcard price", "club price", "loyalty price", "with prime", "prime price", "prime exclusive",
           "prime member price", "loyalty card price", "rewards price", "with clubcard", "with card", "card price",
           "plus price", "subscriber price", "with membership", "insider price", "member", "members", "members only"),
    "de": ("mitgliederpreis", "clubpreis", "club-preis", "für mitglieder", "kartenpreis", "mit kundenkarte", "bonuspreis",
           "mit app", "mitglieder", "app-preis", "mit karte", "vorteilspreis", "treuepreis"),
    "fr": ("prix membre", "prix membres", "prix adhérent", "prix adhérents", "prix club", "prix carte", "avec la carte",
           "prix fidélité", "réservé aux adhérents", "prix abonné", "avec carte"),
    "es": ("precio socio", "precio socios", "precio miembro", "precio club", "con tarjeta", "precio con tarjeta",
           "precio tarjeta", "para socios", "socios"),
    "it": ("prezzo soci", "prezzo socio", "prezzo club", "con carta", "con carta fedeltà", "prezzo carta", "per i soci",
           "prezzo membri"),
    "pt": ("preço sócio", "preço membro", "preço clube", "preço com cartão", "com cartão", "para sócios", "preço cartão",
           "sócio"),
    "nl": ("ledenprijs", "clubprijs", "voor leden", "met klantenkaart", "met bonuskaart"),
    "sv": ("medlemspris", "klubbpris", "för medlemmar", "medlem"), "da": ("medlemspris", "klubpris", "medlem"),
    "no": ("medlemspris", "kundeklubbpris", "medlem"), "fi": ("jäsenhinta", "plussa-hinta", "kanta-asiakashinta"),
    "pl": ("cena klubowa", "cena z kartą", "z kartą", "cena z aplikacją", "cena dla klubowiczów", "z aplikacją"),
    "cs": ("klubová cena", "cena s kartou", "s kartou", "cena pro členy"), "sk": ("klubová cena", "cena s kartou", "s kartou"),
    "hu": ("klubár", "kártyával", "hűségár"), "ro": ("preț cu card", "pret cu card", "preț membri", "cu card"),
    "bg": ("клубна цена", "с карта"), "hr": ("klupska cijena", "cijena s karticom"), "sl": ("klubska cena", "s kartico"),
    "ru": ("клубная цена", "по карте", "цена по карте", "с картой", "для участников"), "uk": ("за карткою", "клубна ціна", "з карткою"),
    "tr": ("üye fiyatı", "kart ile", "üyelere özel"), "el": ("τιμή μέλους", "με κάρτα"), "he": ("מחיר מועדון", "לחברי מועדון"),
    "ar": ("سعر الأعضاء", "للأعضاء"), "zh": ("会员价", "會員價", "会员专享", "plus价"), "ja": ("会員価格", "会員限定"),
    "ko": ("회원가", "멤버십가", "와우할인가", "회원할인가"),
}
"""Words beside the price that only members, or holders of a card, pay."""

INSTALMENT_BEFORE: Words = {
    "en": ("instalments of", "installments of", "payments of", "monthly from", "pay monthly", "per month", "a month", "monthly"),
    "de": ("raten à", "raten zu", "monatlich", "mtl", "monatsrate", "monatliche rate"),
    "fr": ("fois", "mensualités de", "par mois", "mois de", "x de"), "es": ("cuotas de", "cuotas", "plazos de", "mensualidades de", "cuota"),
    "it": ("rate da", "rate di", "rata da", "rate mensili da"), "pt": ("x de", "parcelas de", "vezes de", "prestações de"),
    "nl": ("termijnen van", "per maand"), "pl": ("rat po", "rata", "raty", "rat x", "rata już od"), "cs": ("splátka", "splátky od", "splátek po"),
    "sk": ("splátka", "splátky od"), "ru": ("платежа по", "платежей по", "в месяц", "рассрочка"), "tr": ("taksit", "x taksit"),
    "zh": ("每期", "分期"), "ja": ("月々", "分割"), "ko": ("월", "개월", "할부"), "sv": ("delbetala från", "per månad"), "he": ("תשלומים של",),
}
INSTALMENT_AFTER: Words = {
    "en": ("a month", "/month", "/mo", "per month", "p/m", "pm", "monthly", "/ month", "/ mo"), "de": ("mtl", "/monat", "im monat", "pro monat", "/ monat", "monatlich"),
    "fr": ("/mois", "par mois", "/ mois"), "es": ("/mes", "al mes", "/ mes", "mensuales"), "it": ("/mese", "al mese", "/ mese"),
    "pt": ("/mês", "por mês", "/ mês", "sem juros"), "nl": ("/maand", "p/m", "per maand", "/ maand", "p.m"), "sv": ("/mån", "/månad", "kr/mån"),
    "pl": ("/mies", "miesięcznie", "/ mies"), "ru": ("/мес", "в месяц", "/ мес"), "ko": ("/월",), "zh": ("/期", "/月"), "ja": ("/月",),
}
"""Words beside a part of the price."""

OFFERS: dict[str, Words] = {
    "auction": {
        "en": ("starting bid", "current bid", "winning bid", "place bid", "place a bid", "starting price", "opening bid", "bid now",
               "final bid", "highest bid", "enter bid", "hammer price"),
        "de": ("aktuelles gebot", "startpreis", "startgebot", "bieten", "gebot abgeben", "höchstgebot", "erfolgreiches gebot", "zuschlagspreis"),
        "fr": ("enchère actuelle", "enchère de départ", "enchérir", "mise à prix", "enchère gagnante", "faire une enchère"),
        "es": ("puja actual", "puja inicial", "pujar", "puja ganadora", "precio de salida", "hacer una puja"),
        "it": ("offerta attuale", "offerta corrente", "prezzo di partenza", "base d'asta", "offerta vincente", "rilancia"),
        "pt": ("lance atual", "lance inicial", "dar lance", "licitação atual", "licitar", "lance vencedor"),
        "nl": ("huidig bod", "startbod", "plaats bod", "bieden", "winnend bod"), "sv": ("ledande bud", "utropspris", "lägg bud", "vinnande bud"),
        "da": ("aktuelt bud", "afgiv bud", "vindende bud"), "pl": ("aktualna oferta", "licytuj", "cena wywoławcza"),
        "ru": ("текущая ставка", "начальная ставка", "сделать ставку", "стартовая цена"), "ja": ("現在価格", "入札する", "開始価格", "落札価格"),
        "zh": ("当前价", "起拍价", "出价", "目前出價"), "ko": ("현재 입찰가", "입찰하기", "시작가"), "cs": ("přihodit", "vyvolávací cena"),
    },
    "preorder": {
        "en": ("pre-order", "preorder", "pre-order now", "preorder now", "pre order", "pre order now", "available for pre-order"),
        "de": ("vorbestellen", "jetzt vorbestellen", "vorbestellung"), "fr": ("précommander", "précommande", "pré-commander", "en précommande"),
        "es": ("reservar ahora", "preventa", "en preventa", "comprar en preventa", "precompra", "reserva anticipada"),
        "it": ("preordina", "preordina ora", "prenota ora", "pre-ordina", "preordine"), "pt": ("pré-venda", "comprar na pré-venda", "pré-encomendar", "em pré-venda"),
        "nl": ("pre-order", "reserveer nu", "voorbestellen"), "sv": ("förbeställ", "förhandsboka", "förboka"), "da": ("forudbestil",), "no": ("forhåndsbestill",),
        "fi": ("ennakkotilaa", "ennakkotilaus"), "pl": ("przedsprzedaż", "zamów w przedsprzedaży"), "cs": ("předobjednat", "předprodej", "předobjednávka"),
        "sk": ("predobjednať", "predpredaj"), "hu": ("előrendelés", "előrendelem"), "ru": ("предзаказ", "оформить предзаказ"), "uk": ("передзамовлення",),
        "tr": ("ön sipariş",), "ja": ("予約する", "予約注文", "予約受付中"), "zh": ("預購", "预购", "立即預購", "立即预定", "预售"), "ko": ("예약구매", "예약판매"),
    },
    "ticket": {
        "en": ("buy tickets", "get tickets", "book tickets", "buy ticket", "find tickets"), "de": ("tickets kaufen", "tickets sichern", "tickets buchen", "karten kaufen"),
        "fr": ("acheter des billets", "réserver des billets", "acheter un billet", "billetterie", "réserver mes places"),
        "es": ("comprar entrada", "comprar entradas", "comprar boletos", "comprar tickets"), "it": ("acquista biglietti", "acquista biglietto", "compra biglietti"),
        "pt": ("comprar bilhetes", "comprar ingresso", "comprar ingressos", "comprar bilhete"), "nl": ("tickets kopen", "koop tickets", "bestel tickets"),
        "sv": ("köp biljetter", "köp biljett"), "da": ("køb billetter", "køb billet"), "pl": ("kup bilet", "kup bilety"), "cs": ("koupit vstupenky", "koupit vstupenku"),
        "ru": ("купить билет", "купить билеты"), "ja": ("チケットを購入",), "ko": ("예매하기",), "zh": ("购票", "購票", "立即購票"),
    },
    "rental": {
        "en": ("rent now", "rent this", "rental price", "rent it"), "de": ("jetzt mieten", "mieten", "mietpreis"), "fr": ("louer", "prix de location"),
        "es": ("alquilar", "precio de alquiler", "arrendar"), "it": ("noleggia", "noleggia ora", "prezzo noleggio"), "pt": ("alugar", "alugar agora"),
        "nl": ("huren", "nu huren", "huurprijs"), "sv": ("hyr nu", "hyra"), "pl": ("wypożycz", "wynajmij"), "ru": ("арендовать",), "ja": ("レンタルする",),
    },
    "ended": {
        "en": ("this listing has ended", "this listing was ended", "bidding has ended on this item", "ended", "sold for", "this item has sold",
               "bidding has ended", "auction ended", "this item has been sold", "the listing has ended", "lot closed", "listing ended"),
        "de": ("dieses angebot wurde beendet", "beendet", "angebot beendet", "auktion beendet", "verkauft für", "anzeige nicht mehr verfügbar"),
        "fr": ("vente terminée", "cette annonce est terminée", "enchère terminée", "terminé", "annonce expirée", "vendu pour"),
        "es": ("publicación finalizada", "finalizado", "subasta finalizada", "este anuncio ha finalizado"), "it": ("inserzione scaduta", "asta terminata", "terminata", "scaduto"),
        "pt": ("anúncio encerrado", "leilão encerrado", "anúncio finalizado", "terminado"), "nl": ("veiling gesloten", "advertentie verlopen", "beëindigd"),
        "pl": ("oferta zakończona", "licytacja zakończona", "zakończona"), "ru": ("аукцион завершён", "объявление снято", "завершено"), "sv": ("avslutad", "auktionen är avslutad"),
    },
}
"""Kind of offer -> labels and buttons that stand alone near the title or the price."""

BID_STAGES: dict[str, tuple[str, ...]] = {
    "winning": ("winning bid", "final bid", "hammer price", "erfolgreiches gebot", "zuschlagspreis", "enchère gagnante", "puja ganadora",
                "offerta vincente", "lance vencedor", "winnend bod", "vinnande bud", "vindende bud", "落札価格", "sold for"),
    "starting": ("starting bid", "starting price", "opening bid", "startpreis", "startgebot", "enchère de départ", "mise à prix",
                 "puja inicial", "precio de salida", "prezzo di partenza", "base d'asta", "lance inicial", "startbod", "utropspris",
                 "cena wywoławcza", "начальная ставка", "стартовая цена", "開始価格", "起拍价", "시작가", "vyvolávací cena"),
}
"""Stage of an auction -> what stands beside the amount; else it is the current bid."""
BIDS = (
    "bids", "bid", "gebote", "gebot", "enchères", "enchère", "pujas", "puja", "offerte", "offerta", "lances", "lance", "licitações", "biedingen",
    "boden", "bod", "bud", "ofert", "licytacji", "ставок", "ставки", "ставка", "入札", "次出价", "出價", "입찰",
)

CONDITION_LABELS = frozenset((
    "condition", "item condition", "zustand", "artikelzustand", "état", "etat", "état de l'objet", "estado", "estado del artículo", "condizione",
    "condizioni", "condizioni dell'oggetto", "condição", "estado do item", "staat", "conditie", "skick", "stand", "tilstand", "kunto", "stan", "stav",
    "állapot", "stare", "состояние", "стан", "durum", "κατάσταση", "מצב", "الحالة", "成色", "状態", "商品の状態", "상태", "stanje", "състояние",
))
CONDITIONS: dict[str, Words] = {
    "refurbished": {
        "en": ("refurbished", "certified refurbished", "seller refurbished", "manufacturer refurbished", "renewed", "reconditioned", "re-certified"),
        "de": ("generalüberholt", "refurbished", "erneuert", "wiederaufbereitet", "vom hersteller generalüberholt"), "fr": ("reconditionné", "reconditionnée", "remis à neuf"),
        "es": ("reacondicionado", "reacondicionada", "restaurado"), "it": ("ricondizionato", "ricondizionata", "rigenerato"), "pt": ("recondicionado", "recondicionada"),
        "nl": ("refurbished", "gereviseerd"), "sv": ("renoverad", "rekonditionerad"), "pl": ("odnowiony", "odnowione", "regenerowany"), "cs": ("repasovaný", "repasované", "repas"),
        "sk": ("repasovaný", "repasované"), "hu": ("felújított",), "ro": ("recondiționat", "reconditionat"), "ru": ("восстановленный", "восстановлено"), "ja": ("整備済み", "再生品"), "ko": ("리퍼", "리퍼비시"), "zh": ("翻新", "官翻", "整新"), "tr": ("yenilenmiş",),
    },
    "used": {
        "en": ("used", "pre-owned", "preowned", "second hand", "second-hand", "secondhand", "like new", "open box", "very good", "good", "acceptable", "for parts or not working", "for parts",
               "used - like new", "used - very good", "used - good", "used - acceptable", "ex-display", "vintage"),
        "de": ("gebraucht", "gebrauchtware", "gebraucht - wie neu", "gebraucht - sehr gut", "gebraucht - gut", "als ersatzteil / defekt", "b-ware"), "fr": ("occasion", "d'occasion", "très bon état", "bon état", "état correct", "comme neuf"),
        "es": ("usado", "usada", "de segunda mano", "segunda mano", "de ocasión"), "it": ("usato", "usata", "di seconda mano", "come nuovo"), "pt": ("usado", "usada", "segunda mão", "de segunda mão", "seminovo", "em segunda mão"),
        "nl": ("gebruikt", "tweedehands", "tweede hands", "zo goed als nieuw"), "sv": ("begagnad", "begagnat"), "da": ("brugt",), "no": ("brukt",), "fi": ("käytetty",), "pl": ("używany", "używane", "używana"),
        "cs": ("použité", "použitý", "bazar"), "sk": ("použité", "bazár"), "hu": ("használt",), "ro": ("second hand", "folosit", "utilizat"), "ru": ("б/у", "бывший в употреблении", "подержанный"), "uk": ("вживане", "б/в"),
        "tr": ("ikinci el", "kullanılmış"), "ja": ("中古", "中古品"), "zh": ("二手", "八成新", "九成新"), "ko": ("중고", "중고상품"), "bg": ("употребявано", "втора ръка"), "hr": ("rabljeno", "korišteno"), "el": ("μεταχειρισμένο",),
    },
}
"""How an item that is not new is called; counted behind a label of the condition, and in the title where it is a word of its own."""
TITLE_CONDITIONS = frozenset((
    "refurbished", "renewed", "reconditioned", "pre-owned", "preowned", "generalüberholt", "reconditionné", "reconditionnée", "reacondicionado",
    "reacondicionada", "ricondizionato", "ricondizionata", "recondicionado", "gereviseerd", "repasovaný", "second-hand", "secondhand", "gebraucht",
    "gebrauchtware", "d'occasion", "usado", "usato", "tweedehands", "begagnad", "używany", "seminovo", "整備済み", "中古", "リファービッシュ", "중고", "二手", "翻新", "yenilenmiş",
    "восстановленный", "б/у",
))
"""Those of them that say so in a title too; "used" and "good" are words of many a title."""

SAVINGS = (
    "save", "saving", "savings", "you save", "off", "discount", "sparen", "gespart", "ersparnis", "sie sparen", "rabatt", "économisez", "économie", "remise", "réduction",
    "ahorra", "ahorro", "ahorras", "descuento", "dto", "risparmi", "risparmio", "sconto", "poupe", "poupa", "poupança", "desconto", "economize", "bespaar", "korting", "voordeel",
    "spara", "spar", "du sparer", "säästä", "alennus", "alennusta", "ale", "taniej", "oszczędzasz", "rabat", "zniżka", "sleva", "ušetříte", "zľava", "ušetríte", "kedvezmény",
    "megtakarítás", "reducere", "economisești", "отстъпка", "спестявате", "popust", "ušteda", "prihranek", "скидка", "выгода", "экономия", "знижка", "вигода", "indirim", "έκπτωση",
    "הנחה", "خصم", "وفر", "折扣", "优惠", "優惠", "立减", "省", "割引", "引き", "オフ", "할인", "giảm", "hemat", "diskon", "ส่วนลด", "छूट",
)
"""Words beside a saving, in money or percent."""
RENTAL_UNITS = frozenset((
    "day", "days", "night", "weekend", "tag", "nacht", "jour", "nuit", "día", "dia", "noche", "noite", "giorno", "notte", "dag", "nat", "natt", "doba", "den", "deň", "nap", "zi", "ден", "сутки",
    "день", "gün", "日", "일", "泊",
))
ONLINE = (
    "internet", "precio internet", "precio online", "precio web", "online price", "web price", "online only price", "onlinepreis", "online-preis", "prix web", "prix internet", "prix en ligne",
    "prezzo online", "prezzo web", "preço online", "preço site", "no site", "webpris", "onlinepris", "nettpris", "online prijs", "cena internetowa", "cena online", "internet cena", "web cena", "cena na internete", "онлайн цена",
    "цена на сайте", "网购价", "網路價", "온라인가", "通販価格",
)
"""Words beside what a visitor of the page pays, whatever the holders of a card pay."""
GROSS = (
    "s dph", "vrátane dph", "včetně dph", "incl. vat", "inc. vat", "inc vat", "incl vat", "including vat", "inkl. mwst", "incl. btw", "ttc", "iva incluido", "iva inclusa", "iva incl", "com iva", "brutto", "z vat", "z ddv",
    "s pdv", "s pdv-om", "áfával", "bruttó", "cu tva", "с ддс", "с ндс", "inkl. moms", "sis. alv", "kdv dahil", "με φπα", "税込", "含税", "含稅", "incl. gst", "inc. gst",
)
