"""Drawing documents without composing each of them: a template is compiled once for every shape that its pages take.

xhtml2pdf takes 160 ms for a page of which only the values differ from the last one. So it draws a page of *probes*,
values that cannot be mistaken, twice and with different widths (`compiling`). Reading both back (`drawn`) tells what is
always the same, and of each paragraph with values its font, its lines and how it is set (`paragraphs`). What is the
same is written once, in a base that is kept for ever; a document is that base and a tail of its own values (`pieces`).

A shape is what decides where things lie: which parts there are and how many lines each paragraph takes. What does not
fit a shape, or a template that cannot be compiled, takes the slow path, which makes the same document.
"""
