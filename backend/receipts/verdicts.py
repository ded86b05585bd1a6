"""What a person is told of a file that somebody handed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from backend.shared.text import Text
from backend.signing.examination.findings import ALTERING, Reason


class Verdict(StrEnum):
    """Six answers; only the first one lets anybody rely on the file."""

    AUTHENTIC = "AUTHENTIC"
    ANNULLED = "ANNULLED"
    ALTERED = "ALTERED"
    FOREIGN = "FOREIGN"
    UNSIGNED = "UNSIGNED"
    UNREADABLE = "UNREADABLE"


@dataclass(frozen=True)
class VerdictWords:
    title: Text
    message: Text


_OF_REASONS_WITHOUT_SIGNATURE = {
    Reason.NOT_A_PDF: Verdict.UNREADABLE,
    Reason.TOO_COSTLY: Verdict.UNREADABLE,
    Reason.ENCRYPTED: Verdict.UNREADABLE,
    Reason.NOT_SIGNED: Verdict.UNSIGNED,
}


def verdict_of(reason: Reason) -> Verdict:
    """Return the verdict on a file whose hash is not on record; it is never AUTHENTIC."""
    if reason in ALTERING:
        return Verdict.ALTERED
    return _OF_REASONS_WITHOUT_SIGNATURE.get(reason, Verdict.FOREIGN)


TITLES: Mapping[Verdict, Text] = {
    Verdict.AUTHENTIC: Text(es="Documento auténtico", en="Authentic document"),
    Verdict.ANNULLED: Text(es="Documento ANULADO: no vale", en="ANNULLED document: it does not hold"),
    Verdict.ALTERED: Text(es="Documento ALTERADO: no vale", en="ALTERED document: it does not hold"),
    Verdict.FOREIGN: Text(es="Está firmado, pero no es nuestro", en="Signed, but not ours"),
    Verdict.UNSIGNED: Text(es="El archivo no está firmado", en="The file is not signed"),
    Verdict.UNREADABLE: Text(es="No se puede leer el archivo", en="The file cannot be read"),
}

MESSAGES: Mapping[Reason, Text] = {
    Reason.NOT_A_PDF: Text(
        es="No es un PDF o está dañado. Una foto o una captura de pantalla no se pueden verificar: use el folio y "
        "el código.",
        en="It is no PDF, or it is damaged. A photograph cannot be verified: use folio and code.",
    ),
    Reason.TOO_COSTLY: Text(
        es="Es demasiado grande o complejo para ser un documento nuestro.",
        en="It is too large or complex to be a document of ours.",
    ),
    Reason.ENCRYPTED: Text(
        es="Está protegido con contraseña, y nuestros documentos no lo están. Pida el archivo original, tal como se "
        "descargó.",
        en="It is protected by a password, as none of our documents is. Ask for the original file as downloaded.",
    ),
    Reason.NOT_SIGNED: Text(
        es="No lleva firma electrónica. Todos los documentos que emitimos la llevan: puede ser una impresión, un "
        "escaneo o una copia rehecha. Pida el archivo original, o verifique con el folio y el código impresos.",
        en="It carries no electronic signature, as all documents that we issue do. Ask for the original file, or use "
        "folio and code.",
    ),
    Reason.SIGNATURE_BROKEN: Text(
        es="Su firma electrónica fue dañada o borrada después de firmar.",
        en="Its electronic signature was damaged or removed after signing.",
    ),
    Reason.CONTENT_CHANGED: Text(
        es="Su contenido no es el que se firmó: alguien lo cambió.",
        en="Its content is not what was signed: somebody changed it.",
    ),
    Reason.CHANGED_AFTERWARDS: Text(
        es="Alguien le agregó algo después de la firma. Lo que se ve puede no ser lo que se firmó.",
        en="Somebody added something after the signature. What is seen may not be what was signed.",
    ),
    Reason.SIGNED_AGAIN: Text(
        es="Lleva más de una firma. Nuestros documentos llevan una sola: alguien lo volvió a firmar.",
        en="It carries more than one signature. Ours carry one: somebody signed it again.",
    ),
    Reason.NOT_TO_THE_LETTER: Text(
        es="Su estructura fue manipulada: distintos programas podrían mostrar cosas distintas.",
        en="Its structure was tampered with: programs may show different things.",
    ),
    Reason.UNKNOWN_AUTHORITY: Text(
        es="El certificado de quien firmó no viene de una autoridad acreditada que reconozcamos, aunque el nombre "
        "coincida.",
        en="The signer's certificate does not come from an accredited authority that we know, whatever its name.",
    ),
    Reason.OTHER_USE: Text(
        es="El certificado con que se firmó no sirve para firmar documentos.",
        en="The certificate that signed is not for signing documents.",
    ),
    Reason.REVOKED: Text(
        es="El certificado con que se firmó fue revocado por su autoridad.",
        en="The certificate that signed was revoked by its authority.",
    ),
    Reason.EXPIRED: Text(
        es="El certificado con que se firmó no está vigente, y nada prueba que se firmó cuando lo estaba.",
        en="The certificate that signed is out of its term, and nothing proves that it signed within it.",
    ),
    Reason.REVOCATION_UNKNOWN: Text(
        es="No se puede saber si el certificado con que se firmó fue revocado, y entonces no vale para nosotros.",
        en="It cannot be known whether the signing certificate was revoked, so that it does not count.",
    ),
    Reason.STAMP_WRONG: Text(
        es="Su sello de tiempo es falso o es de otro documento.", en="Its time stamp is false, or of another document."
    ),
    Reason.NOT_OUR_OFFICIAL: Text(
        es="Quien firmó no está registrado para firmar por esta municipalidad. Si el documento dice ser de otra, "
        "verifíquelo en el sitio de ella.",
        en="The signer is not registered to sign for this municipality. If it names another, verify it there.",
    ),
    Reason.NOT_IN_OFFICE: Text(
        es="Quien firmó no estaba en funciones en esta municipalidad en la fecha de la firma.",
        en="The signer was not in office in this municipality when it was signed.",
    ),
    Reason.NOT_OUR_KIND: Text(
        es="La firma es de un funcionario nuestro, pero no es del tipo que llevan nuestros documentos.",
        en="An official of ours signed, but not in the way of our documents.",
    ),
    Reason.NOT_ON_RECORD: Text(
        es="La firma es de un funcionario nuestro, pero este archivo no está entre los documentos que emitimos.",
        en="An official of ours signed, but this file is not among the documents that we issued.",
    ),
}


def words_of(verdict: Verdict, reason: Reason | None) -> VerdictWords:
    """Return what a person reads; a file on record needs no reason."""
    return VerdictWords(TITLES[verdict], MESSAGES[reason] if reason else Text(es="", en=""))
