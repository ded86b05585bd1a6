"""Who pays no licence, by law. The roll names the reason by its code; the municipality has seen the papers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from backend.shared.text import Text

_ARTICLE_27 = "DL 3.063 art. 27"


class Exemption(NamedTuple):
    name: Text
    law: str


EXEMPTIONS: Mapping[str, Exemption] = MappingProxyType(
    {
        "BENEFICENCIA": Exemption(Text(es="beneficencia sin fines de lucro", en="charity"), _ARTICLE_27),
        "CULTO": Exemption(Text(es="culto sin fines de lucro", en="worship"), _ARTICLE_27),
        "CULTURA": Exemption(Text(es="cultura sin fines de lucro", en="culture"), _ARTICLE_27),
        "AYUDA_MUTUA": Exemption(Text(es="ayuda mutua de sus asociados", en="mutual aid"), _ARTICLE_27),
        "DEPORTE": Exemption(Text(es="deporte sin fines de lucro", en="sport"), _ARTICLE_27),
        "VIVIENDA": Exemption(Text(es="vivienda comunitaria sin fines de lucro", en="community housing"), _ARTICLE_27),
        # only where the municipality's ordinance grants it, to first-time firms with a capital of at most 5,000 UF
        "PRIMERA_VEZ": Exemption(
            Text(es="primera empresa, según ordenanza", en="first-time firm, by ordinance"), "Ley 20.416 art. 12° N° 2"
        ),
    }
)
"""Source: DL 3.063 art. 27 as told by a secondary page (HIGH); Ley 20.416 art. 12° no. 2, Ley 20.494 e) (HIGH)."""
