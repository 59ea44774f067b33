using Jaga.Deliveries;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Jaga.Tests.Deliveries;

public sealed class AddressesTests
{
    [Theory]
    [InlineData("93.184.216.34", true)]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("0.1.2.3", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.127.255.255", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.9.9.9", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("100.100.100.200", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.0.0.8", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("198.51.100.1", false)]
    [InlineData("203.0.113.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("239.255.255.250", false)]
    [InlineData("240.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::10.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("64:ff9b::808:808", true)]
    [InlineData("64:ff9b:1::1", false)]
    [InlineData("100::1", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("3fff::1", false)]
    [InlineData("5f00::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fe80::1%1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    public void Only_public_addresses_are_for_everybody(string address, bool allowed) =>
        Assert.Equal(allowed, Addresses.Allows(IPAddress.Parse(address), allowPrivate: false));

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("::1", true)]
    [InlineData("fd12::1", true)]
    [InlineData("8.8.8.8", true)]
    [InlineData("169.254.169.254", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    public void A_receiver_in_the_private_network_still_cannot_be_the_clouds_metadata(string address, bool allowed) =>
        Assert.Equal(allowed, Addresses.Allows(IPAddress.Parse(address), allowPrivate: true));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("93.184.216.34 127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task A_name_that_leads_inside_is_refused(string answers)
    {
        var (outcome, reached) = await Send("http://inside.example:{port}/", new Lying(_ => answers), allowPrivate: false);
        Assert.Equal((Outcome.ForbiddenAddress, 0), (outcome, reached));
    }

    [Theory]
    [InlineData("http://127.0.0.1:{port}/")]
    [InlineData("http://[::1]:{port}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{port}/")]
    [InlineData("http://2130706433:{port}/")]
    [InlineData("http://0x7f.1:{port}/")]
    public async Task An_address_that_is_written_out_is_refused_too(string url)
    {
        var (outcome, reached) = await Send(url, new Lying(_ => "93.184.216.34"), allowPrivate: false);
        Assert.Equal((Outcome.ForbiddenAddress, 0), (outcome, reached));
    }

    [Fact]
    public async Task A_name_is_looked_up_once_and_the_address_that_was_checked_is_the_one_that_is_called()
    {
        // The second answer would lead to a forbidden place; it must never be asked for.
        var resolver = new Lying(nth => nth == 0 ? "127.0.0.1" : "169.254.169.254");
        var (outcome, reached) = await Send("http://moving.example:{port}/", resolver, allowPrivate: true);
        Assert.Equal((Outcome.Confirmed, 1), (outcome, reached));
        Assert.Equal(1, resolver.Asked);
    }

    [Fact]
    public async Task A_name_without_an_address_and_a_port_without_a_server_have_outcomes_of_their_own()
    {
        Assert.Equal((Outcome.DnsFailure, 0), await Send("http://nowhere.example:{port}/", new Lying(_ => ""), allowPrivate: true));
        Assert.Equal((Outcome.ConnectFailed, 0), await Send("http://closed.example:1/", new Lying(_ => "127.0.0.1"), allowPrivate: true));
    }

    [Fact]
    public async Task A_connection_made_for_a_private_receiver_never_serves_another()
    {
        await using var platform = await WebhookReceiver.Start();
        await using var jaga = await JagaHost.Start(Store.Sqlite, b => b.Services.Replace(ServiceDescriptor.Singleton<IResolver>(new Lying(_ => "127.0.0.1"))));
        var url = $"http://shared.example:{platform.Address.Port}/";
        var trusted = await jaga.Ask<AddReceiver, AddReceiver.Answer>(add => add.Run(new("trusted", new(url, AllowPrivate: true)), Desk.Tester, default));
        var other = await jaga.Ask<AddReceiver, AddReceiver.Answer>(add => add.Run(new("other", new(url, AllowPrivate: true)), Desk.Tester, default));
        await jaga.Send(1, receiver: "trusted");
        await jaga.SendAll();
        await jaga.Do(db => db.Receivers.Where(r => r.Id == other.Id).ExecuteUpdateAsync(set => set.SetProperty(r => r.AllowPrivate, false)));
        var refused = (await jaga.Send(1, receiver: "other")).Single();
        await jaga.SendAll();
        Assert.Single(platform.All);
        Assert.Equal(Outcome.ForbiddenAddress, (await jaga.Story(refused.Id)).Delivery.LastOutcome);
    }

    [Theory]
    [InlineData("http://platform.example/", false)]
    [InlineData("ftp://platform.example/", true)]
    [InlineData("file:///etc/passwd", true)]
    [InlineData("https://user:word@platform.example/", false)]
    [InlineData("https://platform.example/#part", false)]
    [InlineData("not an address", true)]
    public void A_receiver_is_named_only_with_an_address_that_makes_sense(string url, bool allowPrivate) =>
        Assert.Equal(["url"], Assert.Throws<BadInput>(() => new ReceiverForm(url, allowPrivate).Check()).Problems.Keys);

    // Through the real wire to a real socket, as a sender would.
    private static async Task<(Outcome Outcome, int Reached)> Send(string url, Lying resolver, bool allowPrivate)
    {
        await using var platform = await WebhookReceiver.Start();
        using var wire = new Wire(resolver);
        using var request = new HttpRequestMessage(HttpMethod.Post, url.Replace("{port}", $"{platform.Address.Port}", StringComparison.Ordinal));
        try
        {
            using var answer = await wire.Send(request, allowPrivate, default);
            return (answer.IsSuccessStatusCode ? Outcome.Confirmed : Outcome.Refused, platform.All.Count);
        }
        catch (HttpRequestException failure)
        {
            return (Assert.IsType<Unreachable>(failure.InnerException).Outcome, platform.All.Count);
        }
    }

    private sealed class Lying(Func<int, string> answers) : IResolver
    {
        private int _asked;

        public int Asked => _asked;

        public Task<IPAddress[]> Resolve(string host, CancellationToken ct) =>
            Task.FromResult(answers(Interlocked.Increment(ref _asked) - 1).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse).ToArray());
    }
}
