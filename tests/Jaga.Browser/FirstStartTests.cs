using Jaga.People;

namespace Jaga.Browser;

/// <summary>The doors of a house in which nobody is yet.</summary>
public sealed class FirstStartTests
{
    [Theory]
    [InlineData(1440, "en", false)]
    [InlineData(320, "id", true)]
    public async Task The_first_doors_shut_nobody_out_by_how_they_are_made(int width, string language, bool dark)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var link = (await jaga.Ask<PrepareSetUp, string?>(prepare => prepare.Run(default)))!;
        await using var reader = await Reader.Open(jaga, new(width, language, dark));
        foreach (var (path, name) in ((string, string)[])[("/sign-in", "first-sign-in"), (link, "first-set-up"), ("/set-up?token=x", "first-spent")])
        {
            await reader.Go(path);
            await reader.Picture(name, $"{width}-{language}");
            Assert.Empty(await reader.Wrong());
            Assert.InRange(await reader.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
        }
    }
}
