"""Names of months in some languages, in lower case: short and long."""

from __future__ import annotations

IN_LANGUAGES = """
jan january januar janvier enero gennaio janeiro januari jän jänner janv ene gen
feb february februar février febrero febbraio fevereiro februari févr fev
mar march märz mars marzo março maart mär mrz mrt
apr april avril abril aprile avr abr
may mai mayo maggio maio mei mag
jun june juni juin junio giugno junho giu
jul july juli juillet julio luglio julho juil lug
aug august août agosto augustus ago
sep september septembre septiembre settembre setembro sept set
oct october oktober octobre octubre ottobre outubro okt ott out
nov november novembre noviembre novembro
dec december dezember décembre diciembre dicembre dezembro dez dic déc
"""
"""One line per month: English, German, French, Spanish, Italian, Portuguese, Dutch."""

MONTHS = {
    name: number
    for number, names in enumerate(IN_LANGUAGES.strip().splitlines(), 1)
    for name in names.split()
}
"""Name → number of the month."""
NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
