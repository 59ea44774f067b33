using Jaga.Cases;

namespace Jaga.Tests.Cases;

/// <summary>A parent's link, a flagger's and a ministry's lead to the same subject.</summary>
public sealed class LocationTests
{
    private readonly Locations _locations = new(new() { Addresses = ["https://plaza.example/groups/{group}", "https://plaza.example/p?id={item}", "https://{account}.plaza.example/"] });

    [Theory]
    [InlineData("https://plaza.example/groups/812", "group", "812")]
    [InlineData("  http://www.plaza.example/groups/812?utm_source=mail#top ", "group", "812")]
    [InlineData("https://plaza.example/p?id=77", "item", "77")]
    [InlineData("https://ayu.plaza.example/", "account", "ayu")]
    [InlineData("group:812", "group", "812")]
    [InlineData("https://plaza.example/groups/a%2Fb", "group", "a/b")]
    [InlineData("https://elsewhere.example/groups/812", "link", "https://elsewhere.example/groups/812")]
    [InlineData("https://plaza.example/groups/812/members", "link", "https://plaza.example/groups/812/members")]
    public void An_address_is_what_the_platform_shows_there(string location, string kind, string id)
    {
        var found = _locations.Find(location);

        Assert.Equal(new(kind, id), found);
    }

    [Theory, InlineData(""), InlineData("the group of my niece")]
    public void What_is_neither_an_address_nor_an_identifier_is_refused_with_a_hint(string location) =>
        Assert.Contains("group:812", Assert.Throws<BadInput>(() => _locations.Find(location)).Message);

    [Fact]
    public void A_long_address_is_known_by_its_digest()
    {
        var found = _locations.Find("https://elsewhere.example/" + new string('a', 500));

        Assert.Equal("link", found.Kind);
        Assert.StartsWith("sha256:", found.Id);
    }

    [Theory, InlineData("plaza.example groups"), InlineData("https://plaza.example/groups/812"), InlineData("https://plaza.example/{group}/{item}")]
    public void A_form_that_cannot_be_stops_the_start(string form) =>
        Assert.Contains(form, Assert.Throws<WrongSetting>(() => new Locations(new() { Addresses = [form] })).Message);
}
