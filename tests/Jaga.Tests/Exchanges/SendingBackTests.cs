using Jaga.Banks;
using Jaga.Deliveries;
using Jaga.Exchanges;
using Jaga.Tests.Banks;

namespace Jaga.Tests.Exchanges;

public sealed class SendingBackTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Opinions_go_back_to_whoever_takes_them_and_a_no_to_ncmec_bears_one_of_its_reasons(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await NcmecServer.Start();
        server.Put(42, "one", jaga.Clock.Now.AddDays(-1), $"<md5>{BankScene.Md5(1)}</md5>");
        server.Put(42, "two", jaga.Clock.Now.AddDays(-1), $"<md5>{BankScene.Md5(2)}</md5>");
        var exchange = await jaga.AddNcmec(server);
        await jaga.Fetch(exchange);
        var signals = (await jaga.Ask<ReadSignals, Page<ReadSignals.Row>>(read => read.Run(exchange.Bank, new(null, null), default))).Rows.ToDictionary(r => r.Entry);
        await Think("one", Judgement.Confirm, "seen and decided");
        jaga.Clock.Advance(TimeSpan.FromSeconds(1));
        await Think("two", Judgement.Deconfirm, "a bridge");

        await SendAll();
        Assert.Equal(["/hashsharing/v2/entries/42/one/MD5/feedback <?xml version=\"1.0\" encoding=\"UTF-8\"?><feedbackSubmission xmlns=\"https://hashsharing.ncmec.org/hashsharing/v2\"><affirmative /></feedbackSubmission>"], server.Feedback);
        await jaga.Do(async db =>
        {
            Assert.Equal([OpinionState.Sent, OpinionState.Waiting], await db.Opinions.OrderBy(o => o.Id).Select(o => o.State).ToListAsync());
            Assert.Contains("name one: Not it", (await db.Set<Attempt>().SingleAsync(a => a.Outcome == Outcome.NotSendable)).Excerpt);
        });

        // Given again with a reason that NCMEC knows, it goes; the one before is withdrawn.
        await Think("two", Judgement.Deconfirm, "Not it: a bridge");
        await SendAll();
        Assert.Contains("/42/two/MD5/feedback", server.Feedback[^1]);
        Assert.Contains("<guid>01234567-abcd-0123-4567-012345678900</guid>", server.Feedback[^1]);

        Task Think(string entry, Judgement judgement, string why) =>
            jaga.Ask<GiveOpinion, ReadOpinions.Row>(give => give.Run(exchange.Bank, signals[entry].Id, new(judgement, why), ExchangeScene.Operator, default));

        async Task SendAll()
        {
            await jaga.Ask<SendOpinions, bool>(send => send.Run(default));
            await jaga.Services.GetRequiredService<Sender>().SendDue(default);
        }
    }

    [Fact]
    public async Task Ncmec_is_told_of_a_vector_by_its_own_name_for_it()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var server = await NcmecServer.Start();
        server.Put(42, "one", jaga.Clock.Now.AddDays(-1), $"<pdna>{new string('1', 288)}</pdna>");
        var exchange = await jaga.AddNcmec(server);
        await jaga.Fetch(exchange);
        var signal = Assert.Single((await jaga.Ask<ReadSignals, Page<ReadSignals.Row>>(read => read.Run(exchange.Bank, new(null, null), default))).Rows);

        await jaga.Ask<GiveOpinion, ReadOpinions.Row>(give => give.Run(exchange.Bank, signal.Id, new(Judgement.Deconfirm, "Not it"), ExchangeScene.Operator, default));
        await jaga.Ask<SendOpinions, bool>(send => send.Run(default));
        await jaga.Services.GetRequiredService<Sender>().SendDue(default);

        Assert.Contains("/v2/entries/42/one/PDNA/feedback", Assert.Single(server.Feedback));
        Assert.Contains(server.Asked, a => a.Contains("/v2/feedback/PDNA/reasons", StringComparison.Ordinal));
    }

    [Theory, InlineData(Store.Sqlite)]
    public async Task StopNcii_and_ThreatExchange_are_told_in_their_own_words_and_a_list_takes_nothing(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var ncii = await StopNciiServer.Start();
        await using var graph = await GraphServer.Start();
        ncii.Put(BankScene.Pdq(1), jaga.Clock.Now.AddDays(-1));
        graph.Put("HASH_PDQ", BankScene.Pdq(2), jaga.Clock.Now.AddDays(-1));
        Directory.CreateDirectory(Path.Combine(jaga.Data, "lists"));
        await File.WriteAllTextAsync(Path.Combine(jaga.Data, "lists", "list.csv"), BankScene.Csv(1));
        foreach (var exchange in new[] { await jaga.AddStopNcii(ncii), await jaga.AddGraph(graph), await jaga.AddFolder("list.csv") })
        {
            await jaga.Fetch(exchange);
            var signal = (await jaga.Ask<ReadSignals, Page<ReadSignals.Row>>(read => read.Run(exchange.Bank, new(null, null), default))).Rows[0];
            await jaga.Ask<GiveOpinion, ReadOpinions.Row>(give => give.Run(exchange.Bank, signal.Id, new(Judgement.Deconfirm, "a bridge"), ExchangeScene.Operator, default));
            jaga.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await jaga.Ask<SendOpinions, bool>(send => send.Run(default));
        await jaga.Services.GetRequiredService<Sender>().SendDue(default);

        Assert.Contains($"\"hashValue\":\"{BankScene.Pdq(1)}\",\"feedbackValue\":\"NotBlocked\"", Assert.Single(ncii.Posted));
        Assert.Equal($"/v21.0/d-{BankScene.Pdq(2)[..4]}/ reactions=DISAGREE_WITH_TAGS", Assert.Single(graph.Posted));
        await jaga.Do(async db => Assert.Equal([OpinionState.Sent, OpinionState.Sent, OpinionState.Refused], await db.Opinions.OrderBy(o => o.Id).Select(o => o.State).ToListAsync()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Hashes_are_shared_by_a_person_only_and_with_whoever_takes_them(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var server = await StopNciiServer.Start();
        var exchange = await jaga.AddStopNcii(server);
        var other = await jaga.AddFolder("list.csv");
        SubmitHashes.Request request = new([new(BankScene.Pdq(1), "pdq")], "asked for by the person shown");
        await Assert.ThrowsAsync<RuleBroken>(() => Submit(exchange, request, new(ActorKind.ApiKey, "k", "k")));
        await Assert.ThrowsAsync<RuleBroken>(() => Submit(other, request, ExchangeScene.Operator));
        await Assert.ThrowsAsync<BadInput>(() => Submit(exchange, new([new("zz", "pdq")], ""), ExchangeScene.Operator));

        await Submit(exchange, request, ExchangeScene.Operator);
        await jaga.Services.GetRequiredService<Sender>().SendDue(default);

        Assert.StartsWith("SubmitHashes {\"count\":1,\"hashRecords\":[{\"lastModtimestamp\":", Assert.Single(server.Posted));
        Assert.Contains($"\"signalType\":\"ImagePDQ\",\"hashValue\":\"{BankScene.Pdq(1)}\"", server.Posted[0]);
        await jaga.Do(async db => Assert.Equal(DeliveryState.Confirmed, (await db.Deliveries.SingleAsync()).State));

        Task<SubmitHashes.Answer> Submit(ReadExchanges.Shown to, SubmitHashes.Request what, Actor actor) =>
            jaga.Ask<SubmitHashes, SubmitHashes.Answer>(submit => submit.Run(to.Id, what, actor, default));
    }
}
