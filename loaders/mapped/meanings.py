"""Usual meanings of names of columns, in some languages."""

from __future__ import annotations

from influence.loaders.mapped.profile import Kind, Profile

WORDS: dict[str, str] = {
    "customer": """
        customer|customer id|customer no|customer number|customer key|customerid|cust id|client id
        client|user|user id|userid|member|member id|memberid|contact id|person|person id|buyer
        buyer id|shopper id|subscriber id|respondent|respondent id|node|id|uid
        record id|kunde|kunden nr|kundennr|kundennummer|kunden id|client no|numero client|cliente
        id cliente|klant|klant nr|customer ref|key|nutzer|nutzer id|mitglied|mitglieds nr
        participant|participant id|patient id|student id|farmer id|pupil""",
    "address": """
        email|e mail|email address|mail|mail address|customer email|email id|courriel|correo""",
    "name": """
        name|full name|customer name|display name|user name|username|company name|company|firma
        nombre|nom|kundenname""",
    "first": "first name|firstname|given name|vorname|prenom|forename",
    "last": "last name|lastname|surname|family name|nachname|apellido|apellidos",
    "clv": """
        clv|ltv|lifetime value|customer lifetime value|customer value|total spent|total spend
        total revenue|lifetime revenue|lifetime spend|annual revenue|revenue|kundenwert|umsatz
        total order value""",
    "segment": "segment|customer segment|group|customer group|tier|plan|kundengruppe|segmento",
    "relation": "relation|lifecycle stage|lifecyclestage|stage|customer status|customer type",
    "joined": """
        joined|joined on|join date|joined at|joined date|created|created at|create date|created date
        createddate|signup|signup date|signed up|signed up at|sign up date|registered|registered at
        registration date|member since|customer since|since|seit|start date|optin time|confirm time
        first seen|kunde seit|angelegt|angelegt am|anmeldedatum|date inscription|fecha alta
        fecha de alta|date joined""",
    "currency": "currency|currency code|wahrung|währung|devise|moneda",
    "do_not_profile": "do not profile|no profiling|opted out of profiling",
    "date": """
        date|time|timestamp|datetime|order date|orderdate|invoice date|invoicedate|purchase date
        transaction date|paid at|created at|created|created hour|close date|closed at|date time|day
        購入日|注文日|日付|日期|fecha de compra|fecha pedido|date achat|data ordine|orderdatum
        bestelldatum|datum|rechnungsdatum|kaufdatum|fecha|data|survey date|response date
        responded at|submitted at|completed at|answered at|sent at|event time|occurred at
        created utc|processed at|end date|recorded date|date created|created date|bestellt am
        gekauft am""",
    "amount": """
        amount|total|total amount|grand total|order total|total price|net amount|revenue
        value|dollars|dollar value|sales|spend|spent|paid|amount paid|subtotal|gross|net|umsatz
        金額|合計|金额|total ttc|totale|totaal|totaalbedrag|kwota|belopp
        betrag|summe|montant|importe|importo|total sum|order value|sum|purchase amount|gesamt
        gesamtbetrag|bedrag|mrr|price|preis""",
    "price": "unit price|unitprice|price per unit|item price|einzelpreis|stuckpreis|stückpreis",
    "quantity": "quantity|qty|units|menge|anzahl|cantidad|quantite|quantité|lineitem quantity",
    "order": """
        order|order id|orderid|order no|order number|invoice|invoice no|invoiceno|invoice number
        transaction id|transaction|receipt|receipt no|payment id|charge id|bestellnr|bestellnummer
        bestellung|rechnungsnr|rechnungsnummer|auftrag|auftragsnummer|numero de pedido|pedido
        commande|n commande|numero commande|numéro de commande|ordine|numero ordine|bestelling""",
    "item": """
        item|item id|product|product id|sku|stock code|stockcode|article|article id|movie|movie id
        book|book id|song|track|artist|artikel|artikelnr|description|producto""",
    "score": """
        nps|nps score|score|net promoter score|recommendation|likelihood to recommend
        how likely|recommend|bewertung nps|weiterempfehlung""",
    "rating": "rating|stars|star rating|trust|sign|feature|rate|vote|bewertung|feeling|sentiment",
    "question": "question|survey question|question text|frage",
    "kind": "event|event type|action|activity|activity type|event name|type of event|interaction",
    "network": "network|channel|platform|kanal|netzwerk",
    "referrer": """
        referrer|referrer id|referred by|invited by|inviter|inviter id|invited by user|sponsor
        affiliate|affiliate id|referrer email|referring user id|recommended by|recruiter|advocate
        advocate id|promoter id|promoter|sender|empfehler|geworben von|empfohlen von|parrain
        referrer user id|sender customer|referral source id|inviter user id""",
    "referred": """
        referred|referred id|referee|referee id|invitee|invitee id|referred user id|referred email
        recipient|recipient id|receiver|receiver id|new customer|friend|filleul|geworbener
        receiver customer|referred customer|invited user|invited""",
    "strength": """
        strength|weight|multiplicity|count|frequency|times|number of contacts|n|interactions
        tie strength|gewicht|num messages|messages|calls""",
    "tie kind": "kind|relationship|relation|relation type|type|tie type|edge type|label",
    "since": "since|time|timestamp|date|start|start date|started|joined on|created|created at",
    "group": """
        household|household id|haushalt|haushalt id|family|family id|famille|hogar|account
        account id|account name|company|company id|company name|organisation|employer
        organization|firma
        parent account|team|school|club|verein|loyalty card""",
    "contacts": "contacts|followers|friends|connections|follower count|num friends",
}
"""Meaning → names, between lines and bars; compared by their words."""

NAMES: dict[str, list[list[str]]] = {
    meaning: [
        name.split() for line in text.strip().splitlines() for name in line.strip().split("|")
    ]
    for meaning, text in WORDS.items()
}
KINDS: dict[str, tuple[Kind, ...]] = {
    "customer": ("integer", "text", "address", "flag"),
    "address": ("address",),
    "referrer": ("integer", "text", "address"),
    "referred": ("integer", "text", "address"),
    "joined": ("date", "day of a moment"),
    "date": ("date", "day of a moment"),
    "since": ("date",),
    "amount": ("integer", "number"),
    "clv": ("integer", "number"),
    "price": ("integer", "number"),
    "quantity": ("integer", "number"),
    "score": ("integer", "number", "text"),
    "rating": ("integer", "number", "flag"),
    "strength": ("integer", "number", "flag"),
    "contacts": ("integer",),
    "do_not_profile": ("flag",),
    "order": ("integer", "text"),
}
"""Meaning → the kinds of values that it can have; others may have any."""
OF_PERSONAL = """
    phone mobile fax telephone tel street address zip postal postcode plz birthdate birthday dob ip
    latitude longitude notes description email mail salutation geburtsdatum
"""
PERSONAL = {*OF_PERSONAL.split()}
"""Words of columns that are personal and not needed: they are not proposed as attributes."""

PARTIAL = {"date", "joined", "amount", "order", "score", "referrer", "referred", "address", "clv"}
"""Meanings that a name also has if it contains more words."""
OF_IDS = """
    id no nr n num numero número number nummer code codigo código codice cod key ref reference
    identifiant identifier kod
"""
NUMBERED = {*OF_IDS.split()}
"""Words of names of ids."""
OF_PERSONS = """
    customer customers client clients user member contact person buyer shopper subscriber
    respondent guest patient student kunde kunden nutzer mitglied besteller cliente clientes socio
    usuario membre abonne abonné acheteur klant klanten utente acquirente kund klient
    会員 顧客 客户 用户 회원 고객 клиент
"""
PERSONS = {*OF_PERSONS.split()}
"""Words of names of ids of customers, beside one of `NUMBERED`."""


def fit(column: Profile, meaning: str) -> int:
    """Return how well the name of a column fits a meaning; 0 if it does not, 1 is best.

    Names are compared by all their words, in the order of `WORDS`, then by a part of them. A column
    whose values cannot have the meaning does not fit.
    """
    if column.kind not in KINDS.get(meaning, (column.kind,)) or column.kind == "blank":
        return 0
    names = NAMES[meaning]
    joined = ["".join(name) for name in names]
    if "".join(column.words) in joined:
        return joined.index("".join(column.words)) + 1
    if meaning == "customer":
        return _fit_of_id(column.words, len(names))
    inside = meaning in PARTIAL and any(_contains(column.words, name) for name in names)
    return len(names) + 1 if inside else 0


def _fit_of_id(words: list[str], exact: int) -> int:
    """Return how well words are those of an id of customers, after `exact` better fits."""
    numbered = NUMBERED.intersection(words)
    if numbered and PERSONS.intersection(words):
        return exact + 1
    return exact + 2 if words and words[-1] in NUMBERED else 0


def is_exact(column: Profile, meaning: str) -> bool:
    """Return whether all words of the name have the meaning."""
    return 0 < fit(column, meaning) <= len(NAMES[meaning])


def _contains(words: list[str], name: list[str]) -> bool:
    """Return whether the words of a name occur in a row."""
    width = len(name)
    return any(words[at : at + width] == name for at in range(len(words) - width + 1))
