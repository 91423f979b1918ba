#include "sanitizers/text/html_text.h"

#include <gtest/gtest.h>

#include <chrono>

namespace mugai::sanitize {
namespace {

HtmlText render(std::string_view html) {
  HtmlOptions options;
  options.image_mark = [](std::string_view, std::string_view alt) {
    return alt.empty() ? std::string("[画像]") : "[画像: " + std::string(alt) + "]";
  };
  return html_to_text(html, options);
}

uint64_t count_of(const HtmlText& text, std::string_view what) {
  for (const Removed& removed : text.removed)
    if (removed.what == what) return removed.count;
  return 0;
}

struct Case {
  const char* html;
  const char* text;
};

TEST(HtmlToText, KeepsTheShapeOfAPage) {
  const Case cases[] = {
      {"plain", "plain\n"},
      {"<p>one</p><p>two\n lines</p>", "one\n\ntwo lines\n"},
      {"<p>one<p>two", "one\n\ntwo\n"},
      {"<div>a</div><div>b<br>c</div>", "a\nb\nc\n"},
      {"a<br><br>b", "a\n\nb\n"},
      {"<h1>Title</h1>text", "Title\n\ntext\n"},
      {"<ul><li>a<li>b<ul><li>c</ul></ul>d", "- a\n- b\n  - c\n\nd\n"},
      {"<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b\n"},
      {"<blockquote>said<blockquote>before</blockquote></blockquote>reply",
       "> said\n>\n> > before\n\nreply\n"},
      {"<pre>a\n  b\n</pre>c", "a\n  b\n\nc\n"},
      {"a<hr>b", "a\n----------------------------------------\nb\n"},
      {"<table><tr><th>品名<th>数量<tr><td>紙<td>3</table>after", "品名 | 数量\n紙 | 3\nafter\n"},
      {"<table><tr><td><p>long</p><p>text</p><td>side</table>", "long\n\ntext\n\nside\n"},
      {"<table><tr><td><table><tr><td>a<td>b</table></table>", "a | b\n"},
      {"日本語の\n改行", "日本語の改行\n"},
      {"some\nEnglish\n日本", "some English 日本\n"},
      {"<b>a</b> <i>b</i>", "a b\n"},
      {"<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>です", "漢字(かんじ)です\n"},
      {"<p class=MsoNormal style='margin:0mm'>a</p><p style='margin:0'>b</p>", "a\nb\n"},
      {"<style><!-- @font-face {font-family:x} p.MsoNormal, li.MsoNormal {margin:0mm;margin-bottom:.0001pt;} --></style>"
       "<p class=MsoNormal>a<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>b</p>",
       "a\n\nb\n"},
      {"<div>a</div><div><br></div><div>b</div>", "a\n\nb\n"},
      {"", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(render(c.html).text, c.text) << c.html;
}

TEST(HtmlToText, TokenizesAsBrowsersDo) {
  const Case cases[] = {
      {"a &amp; b &lt;i&gt; &copy 2024 &#12354;&#x3044; &#150; &nosuch;",
       "a & b <i> © 2024 あい – &nosuch;\n"},
      {"a<!-->b-->c", "ab-->c\n"},
      {"a<!--x--!>b", "ab\n"},
      {"a<!--[if mso]>outlook<![endif]-->b", "ab\n"},
      {"a<![if !mso]>others<![endif]>b", "aothersb\n"},
      {"1 < 2 > 1 <3", "1 < 2 > 1 <3\n"},
      {"a</>b</ x>c<?php x ?>d", "abcd\n"},
      {"<![CDATA[x]]>y", "y\n"},
      {"<a href='x' href='y'>t</a>", "t\n"},
      {"<script>if (a < b) document.write('</p>')</script>t", "t\n"},
      {"<script><!-- <script> </script> x --></script>t", "t\n"},
      {"<style>p { color: red }</style>t", "t\n"},
      {"<title>x &amp; y</title>t", "t\n"},
      {"<textarea>&lt;b&gt;<b></textarea>", "<b><b>\n"},
      {"t<a href=\"unclosed>more", "t\n"},
      {"<body>a</body></html>b", "ab\n"},
      {"<p title='>'>t", "t\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(render(c.html).text, c.text) << c.html;
}

TEST(HtmlToText, ShowsWhereLinksGo) {
  const Case cases[] = {
      {"<a href='http://a.example/x'>here</a>.", "here <http://a.example/x>.\n"},
      {"<a href='http://a.example/'>http://a.example</a>", "http://a.example\n"},
      {"<a href='https://a.example/x'>a.example/x</a>", "a.example/x\n"},
      {"<a href='mailto:a@b.jp?subject=x'>write</a>", "write <a@b.jp>\n"},
      {"<a href='mailto:a@b.jp'>a@b.jp</a>", "a@b.jp\n"},
      {"<a href='#top'>top</a>", "top\n"},
      {"<a href='javascript:alert(1)'>x</a>", "x\n"},
      {"<a href=' java\nscript:alert(1)'>x</a>", "x\n"},
      {"<a href='data:text/html,x'>x</a>", "x\n"},
      {"<a href='http://evil.example/'>www.bank.jp</a>",
       "www.bank.jp [注意: 表示と異なるリンク先 / link goes elsewhere] <http://evil.example/>\n"},
      {"<a href='http://evil.example/'>support@bank.jp</a>",
       "support@bank.jp [注意: 表示と異なるリンク先 / link goes elsewhere] <http://evil.example/>\n"},
      {"<a href='http://bank.jp@evil.example/'>https://bank.jp/</a>",
       "https://bank.jp/ [注意: 表示と異なるリンク先 / link goes elsewhere] "
       "<http://bank.jp@evil.example/>\n"},
      {"<a href='https://www.bank.jp/a'>bank.jp</a>", "bank.jp <https://www.bank.jp/a>\n"},
      {"<a href='http://a.example/'>report.pdf</a>", "report.pdf <http://a.example/>\n"},
      {"<base href='http://a.example/d/'><a href='p'>x</a> <a href='/q'>y</a>",
       "x <http://a.example/d/p> y <http://a.example/q>\n"},
      {"<a href='//a.example/p'>x</a>", "x <https://a.example/p>\n"},
      {"<a href='http://a.example/'><img src='cid:1' alt='logo'></a>", "[画像: logo] <http://a.example/>\n"},
      {"<a href='http://a.example/'></a>x", "x\n"},
      {"<a href='http://a.example/'>a<a href='http://b.example/'>b</a>",
       "a <http://a.example/>b <http://b.example/>\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(render(c.html).text, c.text) << c.html;
  EXPECT_EQ(render("<a href='http://evil.example/'>www.bank.jp</a>").notes,
            std::vector<std::string>{"deceptive-link"});
  EXPECT_TRUE(render("<a href='http://a.bank.jp/'>www.bank.jp</a>").notes.empty());
  EXPECT_EQ(count_of(render("<a href='javascript:x'>x</a>"), "unsafe-link"), 1u);
}

TEST(HtmlToText, KeepsHiddenTextHidden) {
  const char* hidden[] = {
      "<div style='display:none'>H</div>",
      "<div style='DISPLAY : None !important'>H</div>",
      "<span style=visibility:hidden>H</span>",
      "<span style='font-size:0'>H</span>",
      "<span style='font-size:1px'>H</span>",
      "<p style='opacity:0'>H</p>",
      "<p hidden>H</p>",
      "<font color=#ffffff>H</font>",
      "<font color=white>H</font>",
      "<td bgcolor=#123456><font color='#123456'>H</font></td>",
      "<span style='color:#fefefe'>H</span>",
      "<span style='color:transparent'>H</span>",
      "<div style='mso-hide:all'>H</div>",
      "<div style='max-height:0;overflow:hidden'>H</div>",
      "<p style='text-indent:-9999px'>H</p>",
      "<div style='position:absolute;left:-9999px'>H</div>",
      "<style>.x{display:none}</style><p class='a x'>H</p>",
      "<style>#y { visibility: hidden }</style><p id=y>H</p>",
      "<template>H</template>",
      "<div style='display:none'><p>H</p><div>H</div></div>",
      "<p style='d\\69splay:none'>H",
      "<b style='display:none'>H</b>",
      "<table style='display:none'><tr><td>H</table>",
      "<a href='http://a.example' style='display:none'>H</a>",
      "<span style='display:none'><div></span>H</div>",
      "<div style='display:none'><img src='http://t.example/p.gif'>H</div>",
  };
  for (const char* html : hidden) EXPECT_EQ(render(std::string(html)).text, "") << html;
  EXPECT_EQ(count_of(render("<div style='display:none'>H<p>H</p></div>"), "hidden-text"), 1u);
}

TEST(HtmlToText, ShowsWhatOnlyLooksHidden) {
  const char* shown[] = {
      "<p style='display:none'>H</p><p>V</p>",
      "<p style='display:none'>H<p>V",
      "<td bgcolor=black><font color=white>V</font></td>",
      "<table background=bg.png><tr><td style='color:#fff'>V</table>",
      "<div style='background:url(x.png)'><p style='color:#fff'>V</p></div>",
      "<style>.d{background:#003}</style><div class=d><font color=#fff>V</font></div>",
      "<style>div .d{background:#003}</style><div class=d><font color=#fff>V</font></div>",
      "<style>@media print{.x{display:none}}</style><p class=x>V</p>",
      "<font color=white><div></font>V</div>",
      "<noscript>V</noscript>",
      "<span style='font-size:0'><span style='font-size:12px'>V</span></span>",
      "<span style=visibility:hidden><b style=visibility:visible>V</b></span>",
      "<style>.x{display:none}</style><p class=x style=display:block>V</p>",
  };
  for (const char* html : shown) EXPECT_EQ(render(html).text, "V\n") << html;
}

TEST(HtmlToText, CountsWhatItTakesOut) {
  const HtmlText text = render(
      "<script>a</script><style>b</style><iframe src=x>c</iframe><object data=x></object><form><input "
      "value=v><input type=hidden value=h></form>"
      "<img src='http://t.example/p.gif' width=1 height=1><img src='http://t.example/q.gif' "
      "style='width:1px'><img src='http://t.example/big.png' alt=big>"
      "<meta http-equiv=refresh content=0><svg><text>d</text></svg>");
  for (const char* what :
       {"script", "style", "iframe", "object", "form", "form-control", "meta-refresh", "svg", "remote-image"})
    EXPECT_EQ(count_of(text, what), 1u) << what;
  EXPECT_EQ(count_of(text, "tracking-pixel"), 2u);
  EXPECT_EQ(text.text, "[v]\n[画像: big]\n");
}

TEST(HtmlToText, NamesInlinePicturesInOrder) {
  const HtmlText text = render("<img src='cid:a%40b'><img src='CID:c'><img src='cid:a@b'>");
  EXPECT_EQ(text.referenced_cids, (std::vector<std::string>{"a@b", "c"}));
}

TEST(HtmlToText, WrapsWhenAsked) {
  HtmlOptions options;
  options.width = 20;
  EXPECT_EQ(html_to_text("<p>The quick brown fox jumps over</p>", options).text,
            "The quick brown fox\njumps over\n");
  EXPECT_EQ(html_to_text("<p>いろはにほへとちりぬるを。</p>", options).text,
            "いろはにほへとちりぬ\nるを。\n");
  EXPECT_EQ(html_to_text("<blockquote>The quick brown fox jumps</blockquote>", options).text,
            "> The quick brown\n> fox jumps\n");
}

TEST(HtmlToText, TakesLinearTime) {
  const auto repeated = [](std::string_view piece, size_t bytes) {
    std::string out;
    while (out.size() < bytes) out += piece;
    return out;
  };
  for (const char* piece : {"<b></i>",
                            "<div>",
                            "<b><i><font><a>",
                            "<table><tr><td>",
                            "<a href=\"",
                            "<!--",
                            "<script>",
                            "&",
                            "<p style='color:red'>x",
                            "<li>",
                            "<font color=red><div></font>",
                            "<blockquote>x",
                            "</p>",
                            "<x a=",
                            "<ul><li>",
                            "<span><div></span>",
                            "<style>a{",
                            "<td>x",
                            "<img src=cid:x>",
                            "<ruby><rt>"}) {
    const std::string html = repeated(piece, 1 << 20);
    const auto start = std::chrono::steady_clock::now();
    const HtmlText text = render(html);
    const double ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    EXPECT_LT(ms, 3000)
        << piece;  // some 100 ms in a release build; the margin is for sanitizers and busy machines
    EXPECT_LT(text.text.size(), html.size() * 12) << piece;
  }
}

TEST(HtmlMetaCharset, IsFoundWhereBrowsersLook) {
  EXPECT_EQ(html_meta_charset("<html><meta charset=\"Shift_JIS\">"), "shift_jis");
  EXPECT_EQ(html_meta_charset("<META http-equiv=Content-Type content='text/html; charset=iso-2022-jp'>"),
            "iso-2022-jp");
  EXPECT_EQ(html_meta_charset("<p>charset=x</p>"), "");
}

}  // namespace
}  // namespace mugai::sanitize
