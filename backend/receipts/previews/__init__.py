"""How a look would be: widget, document and mail with sample data, before anything is saved."""
