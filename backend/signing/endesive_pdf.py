"""endesive's writer of signed PDFs, made to write PAdES instead of the older PKCS#7 flavour."""

from typing import Any

from pypdf.generic import DictionaryObject, NameObject, NumberObject, TextStringObject

from backend.signing.oscrypto_import import any_openssl_version

with any_openssl_version():
    from endesive.pdf.cms import SignedData

#: AcroForm flags SignaturesExist and AppendOnly. Source: ISO 32000-1, table 219.
_SIGNED_AND_APPEND_ONLY = 3


class PadesWriter(SignedData):  # type: ignore[misc]  # endesive has no types
    """Writes a certification signature of PAdES (ETSI EN 319 142-1).

    What endesive lacks for it: the SubFilter of CAdES, the developer extension that announces it, the standard's name
    of the contact entry, and AcroForm flags that do not depend on the DocMDP permission.
    """

    def __init__(self, *, contact: str) -> None:
        super().__init__()
        self._contact = contact

    def _make_signature(self, Contents: Any = None, Type: Any = None, SubFilter: Any = None) -> Any:
        signature, reference = super()._make_signature(Contents, Type, NameObject("/ETSI.CAdES.detached"))
        signature[NameObject("/ContactInfo")] = TextStringObject(self._contact)
        return signature, reference

    def _makepdf(self, prev: Any, *values: Any, **params: Any) -> None:
        catalog = prev.trailer["/Root"]
        catalog[NameObject("/Extensions")] = DictionaryObject(
            {
                NameObject("/ESIC"): DictionaryObject(
                    {
                        NameObject("/BaseVersion"): NameObject("/1.7"),
                        NameObject("/ExtensionLevel"): NumberObject(1),
                    }
                )
            }
        )
        super()._makepdf(prev, *values, **params)
        catalog["/AcroForm"].get_object()[NameObject("/SigFlags")] = NumberObject(_SIGNED_AND_APPEND_ONLY)
