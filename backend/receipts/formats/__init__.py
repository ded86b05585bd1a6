"""What makes a drawn page a document to be kept and to be read aloud: PDF/A-2b (ISO 19005-2), PDF/UA-1 (ISO 14289-1).

The template says in HTML and in roles of WAI-ARIA what everything on the page is (`structure`). The page is read back
(`content`), each text and picture is found in it and marked (`marking`), and the tree of what they are is written into
the file (`tree`), with what an archive asks for (`archive`, `xmp`, `colour`).
"""
