using Jaga.Orders;

namespace Jaga.Tests.Orders;

/// <summary>The file that comes with an order: <see cref="SendOrder"/>, <see cref="EnterOrder"/> and <see cref="AttachFile"/> by their forms.</summary>
public sealed class OrderFileTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_order_and_its_file_are_received_together_or_not_at_all(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        using var officer = scene.Jaga.WithCookie(await scene.Jaga.SignedInFor(new("agency", scene.Agency)));
        foreach (var (client, path) in ((HttpClient, string)[])[(officer, "/agency/orders"), (scene.Lead, "/orders/enter")])
        {
            using var bad = Form(scene.Agency, new ByteArrayContent("%PDF the order"u8.ToArray()), new string('n', 201));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await client.PostAsync(path, bad)).StatusCode);
            Assert.Equal((0, 0), await Counts());

            using var large = Form(scene.Agency, new ByteArrayContent(new byte[OrderFile.MostBytes + 1]), "order.pdf");
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await client.PostAsync(path, large)).StatusCode);
            Assert.Equal((0, 0), await Counts());
        }

        foreach (var (client, path) in ((HttpClient, string)[])[(officer, "/agency/orders"), (scene.Lead, "/orders/enter")])
        {
            using var good = Form(scene.Agency, new ByteArrayContent("%PDF the order"u8.ToArray()), "order.pdf");
            Assert.Equal(HttpStatusCode.Found, (await client.PostAsync(path, good)).StatusCode);
        }

        Assert.Equal((2, 2), await Counts());

        Task<(int, int)> Counts() => scene.Jaga.Ask<Db, (int, int)>(async db => (await db.Orders.CountAsync(), await db.OrderFiles.CountAsync()));
    }

    [Fact]
    public async Task What_an_authority_ordered_never_lies_in_a_temporary_file()
    {
        await using var scene = await OrderScene.Start(Store.Sqlite);
        using var officer = scene.Jaga.WithCookie(await scene.Jaga.SignedInFor(new("agency", scene.Agency)));
        var watched = new WatchedUpload(18 * 1024 * 1024);
        using var form = Form(scene.Agency, new StreamContent(watched), "order.pdf");
        Assert.Equal(HttpStatusCode.Found, (await officer.PostAsync("/agency/orders", form)).StatusCode);
        Assert.Equal((true, 0), (watched.Ended, watched.Spooled));
    }

    private static MultipartFormDataContent Form(string agency, HttpContent file, string name) => new()
    {
        { new StringContent(agency), "agency" }, { new StringContent("gambling"), "category" }, { new StringContent("item:a"), "locations" }, { new StringContent("UU 1/2024"), "legalBasis" },
        { new StringContent("It is forbidden."), "reasons" }, { file, "file", name },
    };
}
