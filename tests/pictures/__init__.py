"""How every preset looks on every kind of document, in the widget and in the mail: pictures that people look at."""
