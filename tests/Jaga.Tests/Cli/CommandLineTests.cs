using System.CommandLine;
using System.Diagnostics;
using System.Net.Sockets;
using Jaga.People;
using Jaga.Server.Cli;
using Microsoft.AspNetCore.Connections;

namespace Jaga.Tests.Cli;

/// <summary>What the command line says to whoever mistypes.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("jaga has no verb 'exchnge'. Did you mean exchange? jaga --help says what there is.", "exchnge", "list")]
    [InlineData("jaga has no verb 'foo'. jaga --help says what there is.", "foo")]
    [InlineData("jaga people has no verb 'ad'. Did you mean add? jaga people --help says what there is.", "people", "ad")]
    [InlineData("jaga people key create has no option '--scop'. Did you mean --scope? jaga people key create --help says what there is.", "people", "key", "create", "--name", "x", "--scop", "checkItems")]
    [InlineData("--scope does not take 'checkItem'. Did you mean checkItems? It takes: checkItems, askKnown, ", "people", "key", "create", "--name", "x", "--scope", "checkItem")]
    [InlineData("--role does not take 'boss'. It takes: administrator, lead, reviewer, auditor.", "people", "add", "--email", "a@example.org", "--name", "A", "--role", "boss")]
    [InlineData("--on-match does not take 'maybe'. It takes: ", "bank", "set", "--bank", "x", "--why", "y", "--on-match", "maybe")]
    [InlineData("File does not exist: 'nowhere.csv'.", "bank", "import", "nowhere.csv", "--bank", "x")]
    [InlineData("Option '--name' is required.", "people", "key", "create")]
    public void What_cannot_be_understood_is_told_in_one_line_with_what_was_probably_meant(string told, params string[] words)
    {
        var refused = Root.Refusal(Root.Build().Parse(words));
        Assert.StartsWith(told, refused, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_calls_the_program_by_its_name_and_lists_every_scope_and_role_as_the_interface_spells_them()
    {
        var key = await Help("people", "key", "create");
        Assert.Contains("jaga people key create [options]", key, StringComparison.Ordinal);
        var words = key.ReplaceLineEndings(" ").Split([' ', ',', '.'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Empty(Matrix.PossibleOfKey(Role.Integration).Select(Jaga.Kernel.Words.Of).Except(words));
        Assert.DoesNotContain("CheckItems", key, StringComparison.Ordinal);
        Assert.Contains("administrator, lead, reviewer, auditor", string.Join(' ', (await Help("people", "add")).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("Jaga.Server", await Help(), StringComparison.Ordinal);
        Assert.Null(Root.Refusal(Root.Build().Parse(["people"])));

        static async Task<string> Help(params string[] verb)
        {
            var said = new StringWriter();
            Assert.Equal(0, await Root.Build().Parse([.. verb, "--help"]).InvokeAsync(new() { Output = said, Error = said }));
            return said.ToString();
        }
    }

    [Theory]
    [InlineData("banana", "'banana' is no address to listen at. ")]
    [InlineData("http://localhost:70000", "'http://localhost:70000' ")]
    [InlineData("http://localhost:5280;ftp://localhost:1", "'ftp://localhost:1' is neither http nor https. ")]
    [InlineData("http://localhost:0", "'http://localhost:0' lets the system choose a port, which localhost cannot. ")]
    [InlineData("http://localhost:5280/jaga", "'http://localhost:5280/jaga' has a path; ")]
    public void An_address_that_cannot_be_is_refused_in_a_sentence(string urls, string sentence) => Assert.StartsWith(sentence, Listening.Wrong(urls), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://*:5280; http://[::1]:80;")]
    [InlineData("https://+:443")]
    [InlineData("")]
    public void Addresses_that_can_be_pass(string urls) => Assert.Null(Listening.Wrong(urls));

    [Fact]
    public void Why_an_address_cannot_be_had_is_told_as_it_is()
    {
        const string At = "Failed to bind to address http://localhost:80";
        var forbidden = new SocketException((int)SocketError.AccessDenied);
        Assert.Equal($"http://localhost:80 cannot be listened at: {forbidden.Message}. Name another address with --urls.",
            Listening.Refused(new IOException($"{At}.", new AggregateException(forbidden, forbidden)), "http://localhost:80"));
        Assert.StartsWith("Port 80 is in use", Listening.Refused(new IOException($"{At}: address already in use.", new AddressInUseException("in use")), "http://localhost:80"), StringComparison.Ordinal);
        Assert.EndsWith("behind a proxy that has the certificate.", Listening.Refused(new InvalidOperationException("Unable to configure HTTPS endpoint."), "https://localhost:443"), StringComparison.Ordinal);
        Assert.Null(Listening.Refused(new InvalidOperationException("A part is missing."), "https://localhost:443"));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_one_line_without_a_trace_of_the_parts_that_had_started()
    {
        var folder = Directory.CreateTempSubdirectory("jaga-port-").FullName;
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        try
        {
            var taken = await JagaProcess.Run(folder, "up", "--data", "house", "--urls", $"http://127.0.0.1:{port}", "--Jaga:Console:Warm=false", "--Jaga:Media:Warm=false");
            Assert.Equal((2, $"Port {port} is in use by another program, or by Jaga itself. End that one, or name another address with --urls.\n"), (taken.Exit, taken.Errors));
            Assert.DoesNotContain("fail:", taken.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("crit:", taken.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", taken.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_demo_refuses_what_it_does_not_know_before_it_builds_or_fetches_anything()
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Rules.Source.Root, "jaga"), "demo", "--exit", "--foo"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var script = Process.Start(start)!;
        var said = await script.StandardOutput.ReadToEndAsync() + await script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        Assert.Equal(2, script.ExitCode);
        Assert.EndsWith("not --foo\n", said, StringComparison.Ordinal);
        Assert.All(Jaga.Server.Cli.Demo.Story.Build().Options, o => Assert.Contains(o.Name, said, StringComparison.Ordinal));
    }
}
