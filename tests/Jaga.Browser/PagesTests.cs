using Deque.AxeCore.Playwright;
using Role = Jaga.People.Role;

namespace Jaga.Browser;

/// <summary>Every page there is, as somebody sees it who may see it all, with something on it.</summary>
public sealed class PagesTests
{
    private static readonly Role[] Everyone = [Role.Administrator, Role.Lead, Role.Reviewer, Role.Auditor];

    [Fact]
    public async Task No_page_shuts_anybody_out_by_how_it_is_made()
    {
        await using var desk = await Desk.Open();
        await using var reader = await Reader.Open(desk.Jaga, new(), Everyone);
        var found = new List<string>();
        foreach (var path in desk.Pages)
        {
            await reader.Go(path);
            await reader.Picture(path, "1440-en");
            found.AddRange((await reader.Page.RunAxe()).Violations.Select(v => $"{path}: {v.Id}: {v.Help} {v.Nodes[0].Html}"));
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
        Assert.Empty(reader.Complaints);
    }

    [Theory]
    [InlineData("en", false)]
    [InlineData("id", true)]
    public async Task Every_page_fits_the_narrowest_phone_in_either_language_and_theme(string language, bool dark)
    {
        await using var desk = await Desk.Open();
        await using var reader = await Reader.Open(desk.Jaga, new(320, language, dark), Everyone);
        foreach (var path in desk.Pages)
        {
            await reader.Go(path);
            var width = await reader.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(width <= 320, $"{path} is {width} px wide.");
            Assert.Equal(language, await reader.Page.EvaluateAsync<string>("document.documentElement.lang"));
            Assert.Equal(dark ? "dark" : "light", await reader.Page.EvaluateAsync<string>("document.documentElement.dataset.bsTheme"));
            await reader.Picture(path, $"320-{language}{(dark ? "-dark" : "")}");
        }

        Assert.Empty(reader.Complaints);
    }
}
