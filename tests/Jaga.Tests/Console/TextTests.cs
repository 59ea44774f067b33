using System.Text.RegularExpressions;
using Jaga.Server.Pages;
using Jaga.Tests.Rules;

namespace Jaga.Tests.Pages;

public sealed partial class TextTests
{
    private static IEnumerable<(string File, string Text)> Pages => Source.Files("src/Jaga.Server", ".razor", ".cs").Select(f => (f, Source.Text(f)));

    [Fact]
    public void Every_key_that_a_page_uses_has_words() =>
        Source.Keeps(Missing(Pages, Text.Keys("en").ToHashSet()));

    [Fact]
    public void The_rule_finds_a_key_without_words() =>
        Assert.Equal(["a.razor: no.words", "a.razor: no.count.many"], Missing([("a.razor", """@T["has.words"] @T["no.words", 1] @T.Count("no.count", 2)""")], ["has.words"]));

    [Fact]
    public void Both_languages_fill_in_the_same_parts()
    {
        var (english, indonesian) = (new Text("en"), new Text("id"));
        Source.Keeps(Text.Keys("en").Where(key => !Parts(english[key]).SetEquals(Parts(indonesian[key]))));
    }

    [Fact]
    public void Every_icon_that_a_page_shows_is_in_the_sprite()
    {
        var sprite = Source.Text("web/src/icons.txt").Split('\n').ToHashSet();
        Source.Keeps(Pages.Where(p => p.File.Contains("/Console/", StringComparison.Ordinal))
            .SelectMany(p => Icons().Matches(p.Text).Select(m => m.Groups["name"].Value).Where(name => !sprite.Contains(name)).Select(name => $"{p.File}: {name}")));
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(59, "59 s")]
    [InlineData(3600, "1 h")]
    [InlineData(-8100, "2 h 15 min")]
    [InlineData(93_784, "1 d 2 h")]
    public void A_span_is_told_in_its_two_largest_units(int seconds, string told) =>
        Assert.Equal(told, new Text("en").Span(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_time_in_a_rules_sentence_is_told_on_the_readers_clock() =>
        Assert.Equal("Jatuh tempo 2 Mar 2026 15.01 WIB: 3 kali.", new Text("id").In(TimeZoneInfo.FindSystemTimeZoneById("Asia/Jakarta"), "Jatuh tempo 2026-03-02 08:01:04Z: 3 kali."));

    [Fact]
    public void What_only_looks_like_a_time_stays_as_it_was_written() =>
        Assert.Equal("x 2026-13-40 25:61:61Z.jpg", new Text("id").In(TimeZoneInfo.Utc, "x 2026-13-40 25:61:61Z.jpg"));

    [Theory]
    [InlineData("PT24H", "24 jam")]
    [InlineData("PT15M", "15 mnt")]
    [InlineData("P6M", "6 bln")]
    [InlineData("P1DT12H", "1 hr 12 jam")]
    public void A_period_of_law_is_told_in_the_readers_units(string iso, string told) =>
        Assert.Equal(told, new Text("id").Period(iso));

    private static List<string> Missing(IEnumerable<(string File, string Text)> pages, HashSet<string> words) =>
    [
        .. pages.SelectMany(p => Keys().Matches(p.Text).SelectMany(m => m.Groups["count"].Success ? [$"{m.Groups["key"].Value}.many"] : new[] { m.Groups["key"].Value })
            .Where(key => !words.Contains(key)).Select(key => $"{p.File}: {key}")),
    ];

    private static HashSet<string> Parts(string words) => [.. Placeholders().Matches(words).Select(m => m.Value)];

    [GeneratedRegex("""\bT(?:ext)?(?:(?<count>\.Count\()|\[)"(?<key>[\w.-]+)"[\],]""")]
    private static partial Regex Keys();

    [GeneratedRegex("""<Icon Name="(?<name>[\w-]+)"|\bIcon="(?<name>[\w-]+)"|=> "(?<name>[a-z]+-[a-z-]+)"(?=[^"]*\}\)" />)""")]
    private static partial Regex Icons();

    [GeneratedRegex("""\{\d""")]
    private static partial Regex Placeholders();
}
