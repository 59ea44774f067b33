using Microsoft.Playwright;

namespace Jaga.Browser;

public sealed class FrameTests
{
    [Theory]
    [InlineData("en", "Not found", "Skip to the content")]
    [InlineData("id", "Tidak ditemukan", "Langsung ke isi")]
    public async Task A_page_that_is_not_there_says_so_in_the_readers_language(string language, string title, string skip)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var reader = await Reader.Open(jaga, new(320, language));
        await reader.Go("/nowhere");
        await Assertions.Expect(reader.Page.Locator("h1")).ToHaveTextAsync(title);
        await Assertions.Expect(reader.Page.Locator(".skip")).ToHaveTextAsync(skip);
        Assert.Equal(language, await reader.Page.EvaluateAsync<string>("document.documentElement.lang"));
        Assert.Equal(320, await reader.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task Language_and_colours_are_chosen_on_the_page_without_script()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var reader = await Reader.Open(jaga, new(Script: false));
        await reader.Go("/nowhere");
        await reader.Page.Locator("summary").ClickAsync();
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Bahasa Indonesia" }).ClickAsync();
        await Assertions.Expect(reader.Page.Locator("h1")).ToHaveTextAsync("Tidak ditemukan");
        await reader.Page.Locator("summary").ClickAsync();
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Gelap" }).ClickAsync();
        await Assertions.Expect(reader.Page.Locator("html")).ToHaveAttributeAsync("data-bs-theme", "dark");
    }
}
