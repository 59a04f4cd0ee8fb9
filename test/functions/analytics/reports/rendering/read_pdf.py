"""Reads a PDF from the standard input with PDFium, as Chrome does, and writes what is in it as JSON.

Arguments: texts that are looked for; for each of them the dark pixels within its box on the rendered page are counted.
"""

import collections
import ctypes
import json
import sys

import pypdfium2 as pdfium
import pypdfium2.raw as raw

SCALE = 1.5


def said(getter, *handles):
    """A text that PDFium writes into a buffer as UTF-16."""
    length = getter(*handles, None, 0)
    if length <= 2:
        return ""
    buffer = (ctypes.c_ushort * (length // 2))()
    getter(*handles, buffer, length)
    return bytes(buffer)[: length - 2].decode("utf-16-le")


def element_of(handle):
    children = [
        raw.FPDF_StructElement_GetChildAtIndex(handle, at) for at in range(raw.FPDF_StructElement_CountChildren(handle))
    ]
    return {
        "type": said(raw.FPDF_StructElement_GetType, handle),
        "alt": said(raw.FPDF_StructElement_GetAltText, handle),
        "children": [element_of(child) for child in children if child],
    }


def structure_of(page):
    tree = raw.FPDF_StructTree_GetForPage(page)
    if not tree:
        return []
    found = [
        element_of(raw.FPDF_StructTree_GetChildAtIndex(tree, at)) for at in range(raw.FPDF_StructTree_CountChildren(tree))
    ]
    raw.FPDF_StructTree_Close(tree)
    return found


def fonts_of(page):
    fonts = {}
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        font = raw.FPDFTextObj_GetFont(item.raw)
        length = raw.FPDFFont_GetBaseFontName(font, None, 0)
        buffer = ctypes.create_string_buffer(length)
        raw.FPDFFont_GetBaseFontName(font, buffer, length)
        fonts[buffer.value.decode()] = bool(raw.FPDFFont_GetIsEmbedded(font))
    return fonts


def picture_of(page):
    """The rendered page: its rows, each with red, green and blue of every pixel."""
    bitmap = page.render(scale=SCALE)
    data = bytes(bitmap.buffer)
    step, length = bitmap.n_channels, bitmap.width * bitmap.n_channels
    rows = [data[at : at + length] for at in range(0, bitmap.height * bitmap.stride, bitmap.stride)]
    return [list(zip(row[2::step], row[1::step], row[0::step])) for row in rows]


def colours_of(picture):
    """The commonest colours of the picture, with how many pixels have them."""
    counts = collections.Counter()
    for row in picture:
        counts.update(row)
    return {"#%02x%02x%02x" % colour: count for colour, count in counts.most_common(60)}


def dark_pixels(textpage, text, picture):
    found = textpage.search(text, match_case=True).get_next()
    if found is None:
        return None
    first, count = found
    boxes = [textpage.get_charbox(at) for at in range(first, first + count)]
    left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
    height = len(picture)
    return sum(
        sum(pixel) < 384
        for row in picture[int(height - top * SCALE) : int(height - bottom * SCALE) + 1]
        for pixel in row[int(left * SCALE) : int(right * SCALE) + 1]
    )


def page_of(page, wanted, is_rendered):
    textpage = page.get_textpage()
    width, height = page.get_size()
    result = {
        "width": width,
        "height": height,
        "text": textpage.get_text_bounded(),
        "structure": structure_of(page),
        "fonts": fonts_of(page),
    }
    if is_rendered:
        picture = picture_of(page)
        result["colours"] = colours_of(picture)
        result["dark"] = {text: dark_pixels(textpage, text, picture) for text in wanted}
    return result


pdf = pdfium.PdfDocument(sys.stdin.buffer.read())
wanted = sys.argv[1:]
json.dump(
    {
        "isTagged": bool(raw.FPDFCatalog_IsTagged(pdf)),
        "language": said(raw.FPDFCatalog_GetLanguage, pdf),
        "metadata": pdf.get_metadata_dict(),
        "outline": [item.get_title() for item in pdf.get_toc()],
        # Looking at pixels takes its time: at the first pages, and only when something is looked for.
        "pages": [page_of(page, wanted, wanted and at < 3) for at, page in enumerate(pdf)],
    },
    sys.stdout,
)
