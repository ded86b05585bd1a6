"""Closing the day: collection files and deposits, held against what we heard; rendition by budget account."""
