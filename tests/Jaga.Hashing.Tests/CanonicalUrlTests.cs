namespace Jaga.Hashing.Tests;

public class CanonicalUrlTests
{
    [Theory]
    // RFC 3986 section 6.2.2 and 6.2.3
    [InlineData("HTTP://EXAMPLE.com", "https://example.com/")]
    [InlineData("https://example.com:443/a", "https://example.com/a")]
    [InlineData("http://example.com:80/a", "https://example.com/a")]
    [InlineData("http://example.com:/a", "https://example.com/a")]
    [InlineData("http://example.com:8080/a", "https://example.com:8080/a")]
    [InlineData("http://example.com/%7euser/%41%2d%5f", "https://example.com/~user/A-_")]
    [InlineData("http://example.com/a%2fb%c3%a9", "https://example.com/a%2Fb%C3%A9")]
    [InlineData("http://example.com/é b", "https://example.com/%C3%A9%20b")]
    [InlineData("http://example.com/a/./b/../c", "https://example.com/a/c")]
    [InlineData("http://example.com/a/%2e%2E/b/..", "https://example.com/")]
    [InlineData("http://example.com/../../a/.", "https://example.com/a/")]
    [InlineData("http://example.com/100%", "https://example.com/100%25")]
    // The WHATWG's parser
    [InlineData("  https:\\\\example.com\\a\t\nb ", "https://example.com/ab")]
    [InlineData("https:///example.com/a", "https://example.com/a")]
    [InlineData("https:example.com", "https://example.com/")]
    [InlineData("http://user:pass@wo@example.com/", "https://example.com/")]
    [InlineData("http://0x7f.1/", "https://127.0.0.1/")]
    [InlineData("http://2130706433/", "https://127.0.0.1/")]
    [InlineData("http://0300.0250.0.1/", "https://192.168.0.1/")]
    [InlineData("http://[2001:DB8:0:0:0:0:0:1]:80/", "https://[2001:db8::1]/")]
    [InlineData("http://bücher.example/", "https://xn--bcher-kva.example/")]
    [InlineData("http://XN--BCHER-KVA.example/", "https://xn--bcher-kva.example/")]
    [InlineData("http://ｅｘａｍｐｌｅ。com/", "https://example.com/")]
    [InlineData("http://ex%61mple.com/", "https://example.com/")]
    [InlineData("http://exam\u00ADple\u200B.com/", "https://example.com/")]
    [InlineData("http://example.com../", "https://example.com/")]
    // What says nothing about the page
    [InlineData("example.com/a", "https://example.com/a")]
    [InlineData("//example.com/a", "https://example.com/a")]
    [InlineData("example.com:8080", "https://example.com:8080/")]
    [InlineData("https://example.com/a?utm_source=x&b=2&fbclid=y&a=1&UTM_Medium=z#top", "https://example.com/a?a=1&b=2")]
    [InlineData("https://example.com/a?&&", "https://example.com/a")]
    [InlineData("https://example.com/a?q=two+words", "https://example.com/a?q=two%20words")]
    [InlineData("hxxps://example[.]com/a", "https://example.com/a")]
    // Hosts with a form of their own
    [InlineData("http://www.bit.ly/AbC+?utm_source=x&a=1", "https://bit.ly/AbC")]
    [InlineData("https://s.id/slot/", "https://s.id/slot")]
    [InlineData("https://youtu.be/dQw4w9WgXcQ?si=abc&t=3", "https://www.youtube.com/watch?v=dQw4w9WgXcQ")]
    [InlineData("https://m.youtube.com/watch?list=1&v=dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ")]
    [InlineData("https://youtube.com/shorts/dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ")]
    [InlineData("https://telegram.me/s/ChannelName/17", "https://t.me/channelname")]
    [InlineData("https://t.me/joinchat/AbCd", "https://t.me/+AbCd")]
    [InlineData("https://api.whatsapp.com/send?text=hi&phone=%2B62 812-1", "https://wa.me/628121")]
    [InlineData("https://api.whatsapp.com/send/?phone=628121&text=hi", "https://wa.me/628121")]
    public void A_link_has_one_form(string link, string canonical)
    {
        Assert.True(CanonicalUrl.TryRead(link, out var url));
        Assert.Equal(canonical, url.Text);
        Assert.True(CanonicalUrl.TryRead(url.Text, out var again));
        Assert.Equal(url, again);
        Assert.Equal(Digests.Of(System.Text.Encoding.ASCII.GetBytes(url.Text)).Sha256, url.Digest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("ftp://example.com/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("mailto:a@example.com")]
    [InlineData("https://")]
    [InlineData("https://exa mple.com/")]
    [InlineData("https://example..com/")]
    [InlineData("https://example.com:99999/")]
    [InlineData("https://example.com:8o/")]
    [InlineData("https://256.256.256.256/")]
    [InlineData("https://1.2.3.4.5/")]
    [InlineData("https://09.1/")]
    [InlineData("https://[::1")]
    [InlineData("https://a%00b/")]
    public void What_is_no_link_of_the_web_is_refused(string text) => Assert.False(CanonicalUrl.TryRead(text, out _));

    [Fact]
    public void A_longer_text_than_any_link_is_refused() => Assert.False(CanonicalUrl.TryRead("https://example.com/" + new string('a', CanonicalUrl.MaxLength), out _));

    [Theory]
    [InlineData("https://аррӏе.com/", true)] // Cyrillic throughout
    [InlineData("https://exаmple.com/", true)] // one Cyrillic letter
    [InlineData("https://bücher.example/", false)]
    [InlineData("https://пример.example/", false)]
    [InlineData("https://例え.example/", false)]
    [InlineData("https://example.com/", false)]
    public void A_host_that_only_looks_like_another_is_told(string link, bool disguised)
    {
        Assert.True(CanonicalUrl.TryRead(link, out var url));
        Assert.Equal(disguised, url.IsDisguised);
    }

    [Theory]
    [InlineData("https://exаmple.com/", "https://example.com/")]
    [InlineData("https://faceb00k.com/", "https://facebook.com/")]
    [InlineData("https://rnodern-vvays.com/", "https://modern-ways.com/")]
    [InlineData("https://paypa1.com/", "https://paypal.com/")]
    public void Hosts_that_are_taken_for_each_other_share_a_skeleton(string one, string other)
    {
        Assert.True(CanonicalUrl.TryRead(one, out var first));
        Assert.True(CanonicalUrl.TryRead(other, out var second));
        Assert.Equal(first.Skeleton, second.Skeleton);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Links_are_found_in_a_text() => Assert.Equal(
        ["https://s.id/slot", "https://example.com/a", "https://t.me/name", "https://example.org/"],
        CanonicalUrl.FindAll("Daftar di s.id/slot, (HTTPS://Example.com/a?utm_source=x)! atau t.me/Name… jam 20.00 bukan v1.2, tanya a@example.com; example[.]org https://s.id/slot/").Select(url => url.Text));

    [Fact]
    public void Whatever_is_read_is_read_again_as_itself()
    {
        var random = new Random(20261122);
        var pieces = new[] { "http:", "//", "/", "\\", "..", ".", "%", "%2e", "%2F", "%zz", "%C3%A9", "a", "B", "é", "😀", "\uD800", "@", ":", "80", "443", "?", "#", "&", "=", "+", "utm_source=1", "t.me", "bit.ly", "example.com", "[::1]", "xn--", "1", "0x1", " ", "\t", "joinchat", "s", "watch?v=1", "youtu.be" };
        var read = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var link = (i % 3 == 0 ? "https://example.com/" : i % 3 == 1 ? "https://t.me/" : "") + string.Concat(random.GetItems(pieces, random.Next(1, 9)));
            if (!CanonicalUrl.TryRead(link, out var url))
                continue;
            read++;
            Assert.True(CanonicalUrl.TryRead(url.Text, out var again), $"{link} became {url}");
            Assert.True(url.Text == again.Text, $"{link} became {url} became {again}");
            Assert.True(System.Text.Ascii.IsValid(url.Text));
        }
        Assert.True(read > 20_000, $"only {read} were read");
    }
}
