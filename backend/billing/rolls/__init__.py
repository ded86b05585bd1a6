"""Rolls: uploaded, read by a limited child process, staged, previewed, applied, undone.

| file | does |
|---|---|
| `uploading` | keeps the file, makes the batch; gives a waiting batch up |
| `reading` | has the child read it, keeps its rows or its errors |
| `parsing` | runs the child process and listens to it |
| `child`, `rows`, `workbooks`, `tables` | what runs in the child: no Django, no database |
| `preview`, `applying`, `undoing` | what a batch would do, does, did |
| `sheets`, `templates`, `corrections` | files that we write |
| `loading` | all of it in one go |
"""
