"""Text that breaks programs: every format must carry it as text, or show that it cannot."""

from __future__ import annotations

HOSTILE = (
    "<b>đậm</b> & <i>nghiêng</i> <script>alert(1)</script>",
    "</w:t></w:r><w:br/> ]]> <!-- -->",
    '=cmd|\' /C calc\'!A0',
    "=HYPERLINK(\"http://x\",\"bấm vào đây\")",
    "@SUM(1+1)*cmd", "+1+2", "-2+3",
    "😀 🇻🇳 👩‍👩‍👧 emoji",
    "שלום עולם مرحبا بالعالم",
    "中文 日本語 한국어",
    "\u202eđảo chiều\u202c \u200b\u200d\ufeff",
    "Z̸̢̛a̷͎͝l̴̰̈́g̶͍̈o̸̡͠ n̷",
    "tab\tvà\nxuống dòng",
    "\x00\x01\x0b\x1b điều khiển",
    "{unit.__class__} {0} %s %(x)s {{}}",
    "../../../etc/passwd", "NULL", "undefined", "ﬁ ① Ⅷ ½",
    "Ứng dụng " * 1200,
    "x" * 10_000,
    "https://example.invalid/" + "a" * 500,
    "\\n \\u0041 \\(\\) () ( ) ((",
    "&#x110; &amp; &lt; %C4%90",
)  # fmt: skip
