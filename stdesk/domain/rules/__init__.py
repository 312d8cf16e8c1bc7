"""The rules a record, a library and a report are held against."""
