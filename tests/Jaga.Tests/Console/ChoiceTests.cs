using Jaga.Cases;
using Jaga.Server.Pages.Cases;

namespace Jaga.Tests.Console;

public sealed class ChoiceTests
{
    [Theory]
    [InlineData("item", "photo-1")]
    [InlineData("link", "https://plaza.example/u/somebody")]
    [InlineData("link", "sha256:0123")]
    [InlineData("group", "812")]
    [InlineData("account", "u42")]
    [InlineData("words", "the group of my niece")]
    public void Whatever_a_case_is_about_it_can_be_found_to_break_a_rule_or_the_law(string kind, string id)
    {
        var about = Of(new(kind, id));
        var choices = Choice.For(about);

        Assert.Equal(Enum.GetValues<Verdict>(), choices.Select(c => c.Verdict).Distinct().Order());
        Assert.Equal(choices.Count, choices.Select(c => c.Key).Distinct().Count());
        Assert.All(choices.SelectMany(c => c.Actions(about, "ID")), wish => wish.Check(DateTimeOffset.UnixEpoch));
    }

    [Theory, InlineData("link", "https://plaza.example/u/somebody", "Remove"), InlineData("group", "812", "CloseGroup"), InlineData("account", "u42", "BanAccount"), InlineData("link", "sha256:0123", "")]
    public void What_is_illegal_is_taken_away_alone_where_the_platform_can_find_it(string kind, string id, string verb)
    {
        var about = Of(new(kind, id));
        var illegal = Choice.For(about).First(c => c.Verdict is Verdict.Illegal && !c.NeedsCountries);

        Assert.Equal(verb, string.Join(' ', illegal.Verbs));
        Assert.All(illegal.Actions(about, null), wish => Assert.Equal(about.About, wish.Target));
    }

    private static CaseCard Of(Subject about) => new(
        default, about, CaseState.Open, Severity.High, "csam", DateTimeOffset.UnixEpoch, null, DateTimeOffset.UnixEpoch, 1, false, null, null, 0, [], [], [], [], [], []);
}
