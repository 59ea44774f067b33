using Jaga.Reports;

namespace Jaga.Tests.Reports;

/// <summary>The public form with a picture that is too large.</summary>
public sealed class LargePictureTests
{
    [Fact]
    public async Task A_picture_that_is_too_large_costs_nothing_of_what_was_written()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var anybody = jaga.Anybody();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("harassment"), "category" },
            { new StringContent("group:812"), "location" },
            { new StringContent("Somebody here asks pupils for money."), "words" },
            { new ByteArrayContent(new byte[AddScreenshot.LargestBytes + (2 * 1024 * 1024)]), "screenshot", "photograph.jpg" },
            { new StringContent("Sari Dewi"), "name" },
            { new StringContent("true"), "goodFaith" },
        };
        using var answer = await anybody.PostAsync("/report", form);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.All(["larger than 8 MB", "Somebody here asks pupils for money.", "group:812", "Sari Dewi"], said => Assert.Contains(said, page, StringComparison.Ordinal));
        await jaga.Do(async db => Assert.Empty(await db.Reports.ToListAsync()));
    }
}
