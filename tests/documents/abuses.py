"""Files that are made to cost much, or to confuse who reads them."""

import io
import zlib

from pypdf import PdfReader, PdfWriter


def written(*objects: bytes, root: bytes = b"1 0 R") -> bytes:
    """A PDF of these objects, numbered from 1."""
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size, start = len(objects) + 1, len(out)
    return bytes(out) + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root %b >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, root, start)
    )


def form(fields: bytes, *more: bytes) -> bytes:
    """A PDF of one page with these form fields; `more` are objects from 4 on."""
    return written(
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields %b /SigFlags 3 >> >>" % fields,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
        *more,
    )


def many_signatures(count: int, *, behind_stamps: int = 0) -> bytes:
    """So many signatures, after so many time stamps of the document."""
    fields = b"[" + b" ".join(b"%d 0 R" % (4 + number) for number in range(behind_stamps + count)) + b"]"
    stamp = b"<< /FT /Sig /T (t%d) /V << /Type /DocTimeStamp /Contents <30> >> >>"
    value = (
        b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 9 9 9] /Contents <30> >>"
    )
    stamps = (stamp % number for number in range(behind_stamps))
    return form(fields, *stamps, *(b"<< /FT /Sig /T (s%d) /V %b >>" % (number, value) for number in range(count)))


def fields_that_contain_each_other() -> bytes:
    return form(b"[4 0 R]", b"<< /T (a) /FT /Sig /Kids [5 0 R] >>", b"<< /T (b) /FT /Sig /Kids [4 0 R] >>")


def fields_in_fields(depth: int) -> bytes:
    kids = (b"<< /T (f) /FT /Sig /Kids [%d 0 R] >>" % (5 + number) for number in range(depth))
    return form(b"[4 0 R]", *kids, b"<< /T (last) /FT /Sig >>")


def dictionaries_in_dictionaries(depth: int) -> bytes:
    return form(b"[4 0 R]", b"<< /A " * depth + b"1" + b" >>" * depth)


def revisions_in_a_circle() -> bytes:
    """The table of objects names itself as the one before."""
    pdf = form(b"[]")
    start = pdf[pdf.rindex(b"startxref") :].split()[1]
    return pdf.replace(b"/Root 1 0 R >>\nstartxref", b"/Root 1 0 R /Prev %b >>\nstartxref" % start)


def objects_that_unpack_to(size: int) -> bytes:
    """The form is packed with so much emptiness that unpacking takes all there is."""
    packed = zlib.compress(b"4 0 " + b"<< /Fields [] >>" + b" " * size, 9)
    stream = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (
        len(packed),
        packed,
    )
    head = b"%PDF-1.7\n"
    catalog = b"1 0 obj\n<< /Type /Catalog /Pages 3 0 R /AcroForm 4 0 R >>\nendobj\n"
    container = b"2 0 obj\n%b\nendobj\n" % stream
    pages = b"3 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    at = [len(head), len(head) + len(catalog), len(head) + len(catalog) + len(container)]
    start = at[2] + len(pages)
    rows = [(0, 0, 255), (1, at[0], 0), (1, at[1], 0), (1, at[2], 0), (2, 2, 0), (1, start, 0)]
    table = b"".join(bytes([kind]) + place.to_bytes(4, "big") + bytes([last]) for kind, place, last in rows)
    end = b"5 0 obj\n<< /Type /XRef /Size 6 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (
        len(table),
        table,
    )
    return head + catalog + container + pages + end + b"startxref\n%d\n%%%%EOF\n" % start


def encrypted(pdf: bytes, password: str = "") -> bytes:
    """The same pages behind a password; the empty one opens in any reader."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.encrypt(user_password=password, owner_password="of the owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_xfa() -> bytes:
    """A form in XML (XFA), which some readers draw instead of the page."""
    xml = b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template><subform/></template></xdp:xdp>"
    pdf = form(b"[]", b"<< /Length %d >>\nstream\n%b\nendstream" % (len(xml), xml))
    return pdf.replace(b"/SigFlags 3", b"/XFA 4 0 R ")


def around(pdf: bytes) -> bytes:
    """Another PDF with a document of ours inside, as it is."""
    attached = b"<< /Type /EmbeddedFile /Length %d >>\nstream\n%b\nendstream" % (len(pdf), pdf)
    return form(b"[]", attached)
