"""Public functions called with anything, by objects that call back: does the process live?

``objects`` makes what is passed, ``calls`` calls one function after the other as bytes say,
``check`` does so in processes of their own and looks how they end, ``libfuzzer`` lets
atheris choose the bytes.
"""
