using Jaga.Exchanges;
using Jaga.Tests.Banks;
using Microsoft.AspNetCore.Http;

namespace Jaga.Tests.Exchanges;

public sealed class ListTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_list_is_followed_by_its_tag_and_what_it_holds_no_more_is_gone(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await FileServer.Start();
        server.Text = BankScene.Csv(5000) + "zz,md5,\n";
        var exchange = await jaga.AddList(server);

        var seen = await jaga.Fetch(exchange);
        Assert.Equal((ExchangeState.InStep, 5000L, 1), (seen.State, seen.Signals, seen.SetAside));

        var asked = server.Sent;
        seen = await jaga.FetchAgain(exchange);
        Assert.Equal((asked, 5000L, 1), (server.Sent, seen.Signals, seen.SetAside));

        server.Text = BankScene.Csv(4990, first: 20);
        seen = await jaga.FetchAgain(exchange);
        Assert.Equal((ExchangeState.InStep, 4990L, 20L, 0), (seen.State, seen.Signals, seen.Removed, seen.SetAside));
    }

    [Theory, InlineData(Store.Sqlite)]
    public async Task A_list_that_has_lost_most_of_itself_empties_no_bank_until_a_person_says_so(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await FileServer.Start();
        server.Text = BankScene.Csv(300);
        var exchange = await jaga.AddList(server);
        await jaga.Fetch(exchange);
        foreach (var (text, taken) in new[] { ("<html>Sign in</html>", 0), (BankScene.Csv(10), 10) })
        {
            server.Text = text;
            var shrunk = await jaga.FetchAgain(exchange);
            Assert.Equal((ExchangeState.Stopped, FailureKind.Shrunk, 300L), (shrunk.State, shrunk.LastFailureKind, shrunk.Signals));
            Assert.Contains($"with {taken} fingerprints and had 300", shrunk.LastFailure);
            await jaga.RunNow(exchange, new(FromStart: true));
        }

        await jaga.Fetch(exchange);
        await jaga.RunNow(exchange, new(MayShrink: true));
        Assert.Equal((ExchangeState.InStep, 10L), ((await jaga.Fetch(exchange)).State, (await jaga.See(exchange)).Signals));
    }

    [Theory, InlineData(Store.Sqlite)]
    public async Task A_crash_in_the_middle_of_a_list_goes_on_where_it_stopped(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var folder = Directory.CreateDirectory(Path.Combine(jaga.Data, "lists")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "list.csv"), BankScene.Csv(7000));
        var exchange = await jaga.AddFolder("list.csv");
        await jaga.Ask<FetchExchange, bool>(async fetch => await fetch.Run(exchange.Id, TimeSpan.FromTicks(1), default) && await fetch.Run(exchange.Id, TimeSpan.FromTicks(1), default) && await fetch.Run(exchange.Id, TimeSpan.FromTicks(1), default));
        await jaga.Do(async db => Assert.Contains("\"line\":4000", (await db.ExchangeProgress.SingleAsync()).Cursor));

        // The fetched copy is gone with the machine's disk, and the list has another line meanwhile.
        File.Delete(Assert.Single(Directory.GetFiles(Path.Combine(jaga.Data, "exchanges"))));
        await File.AppendAllTextAsync(Path.Combine(folder, "list.csv"), $"{BankScene.Pdq(9999)},pdq,90\n");
        var seen = await jaga.Fetch(exchange);
        Assert.Equal((ExchangeState.InStep, 7001L), (seen.State, seen.Signals));
        Assert.Empty(Directory.GetFiles(Path.Combine(jaga.Data, "exchanges")));
    }

    /// <summary>A file behind HTTPS' plain brother, with a tag.</summary>
    private sealed class FileServer : ExchangeServer
    {
        public string Text { get; set; } = "";

        /// <summary>Times the file was sent.</summary>
        public int Sent { get; private set; }

        public static Task<FileServer> Start() => new FileServer().Started<FileServer>();

        protected override async Task Answer(HttpContext http)
        {
            var tag = $"\"{Text.Length}-{Text.GetHashCode(StringComparison.Ordinal)}\"";
            http.Response.Headers.ETag = tag;
            if (http.Request.Headers.IfNoneMatch == tag)
            {
                http.Response.StatusCode = 304;
                return;
            }

            Sent++;
            await http.Response.WriteAsync(Text);
        }
    }
}
