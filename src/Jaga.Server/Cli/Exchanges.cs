using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Jaga.Banks;
using Jaga.Exchanges;
using Jaga.Kernel;

namespace Jaga.Server.Cli;

/// <summary><c>jaga exchange …</c>: lists exchanges, sets one up, and reads one now, beside a running server or without one.</summary>
public static class Exchanges
{
    public static Command Build() => new("exchange", "Banks that are kept in step with somebody else's list.") { List(), Add(), Run() };

    private static Command List()
    {
        var where = new OpenStore();
        var command = With(new Command("list", "List the exchanges and how each stands: a table on a terminal, CSV in a pipe."), where);
        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            Terminal.Table(
                ["name", "kind", "state", "signals", "lagSeconds", "lastSuccess", "setAside", "lastFailure"],
                (await parts.GetRequiredService<ReadExchanges>().Run(ct)).Select(e => (IReadOnlyList<string>)
                [
                    e.Name, Words.Of(e.Kind), Words.Of(e.State), Number(e.Signals), Number(e.LagSeconds), e.LastSuccessAt?.ToString("u", CultureInfo.InvariantCulture) ?? "", Number(e.SetAside + e.Unlisted), e.LastFailure ?? "",
                ]));
            return Terminal.Done;
        }, ct));
        return command;
    }

    private static Command Add()
    {
        var where = new OpenStore();
        var kind = new Option<ExchangeKind>("--kind") { Description = "Which protocol it speaks.", Required = true };
        var name = new Option<string>("--name") { Description = "Its name, and its bank's.", Required = true };
        var environment = new Option<string?>("--environment") { Description = "A known environment, e.g. ncmec-ngo-test." };
        var address = new Option<string?>("--address") { Description = "Where it answers, where no environment is named; of a folder, the file's name." };
        var collection = new Option<string?>("--collection") { Description = "ThreatExchange: the privacy group's number." };
        var credentials = new Option<FileInfo?>("--credentials") { Description = "A file with a JSON object of the credentials. They are sealed; remove the file afterwards." };
        var onMatch = new Option<OnMatch>("--on-match") { Description = "What a match asks for.", DefaultValueFactory = _ => OnMatch.Case };
        var command = With(new Command("add", "Set up an exchange with a bank of its own.") { kind, name, environment, address, collection, credentials, onMatch }, where);
        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var given = parsed.GetValue(credentials) is { } file ? await Read(file, ct) : null;
            var form = new ExchangeForm { Name = parsed.GetValue(name), Address = parsed.GetValue(address), Credentials = given };
            var added = await parts.GetRequiredService<AddExchange>().Run(
                new(parsed.GetValue(kind), form, parsed.GetValue(environment), parsed.GetValue(collection), OnMatch: parsed.GetValue(onMatch)), OpenStore.Operator, ct);
            Console.WriteLine($"{added.Name}: {added.Address}, bank {added.Bank}. It is read by the server, or now with: jaga exchange run \"{added.Name}\"");
            return Terminal.Done;
        }, ct));
        return command;
    }

    private static Command Run()
    {
        var where = new OpenStore();
        var name = new Argument<string>("NAME") { Description = "The exchange's name." };
        var fromStart = new Option<bool>("--from-start") { Description = "Read everything again; what it does not tell of then is removed." };
        var mayShrink = new Option<bool>("--may-shrink") { Description = "The list may have lost more than half of what it had." };
        var command = With(new Command("run", "Read an exchange now, to the end of a run. Exit 0: in step. 1: something failed or was set aside; it is said.") { name, fromStart, mayShrink }, where);
        command.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var read = parts.GetRequiredService<ReadExchanges>();
            var exchange = (await read.Run(ct)).FirstOrDefault(e => e.Name.Equals(parsed.GetValue(name)!.Trim(), StringComparison.OrdinalIgnoreCase)) ?? throw new NotFound($"exchange called '{parsed.GetValue(name)}'");
            await parts.GetRequiredService<RunExchange>().Run(exchange.Id, new(parsed.GetValue(fromStart), parsed.GetValue(mayShrink)), OpenStore.Operator, ct);
            await Terminal.Progress($"Reading {exchange.Name}", async done =>
            {
                while (await parts.GetRequiredService<FetchExchange>().Run(exchange.Id, TimeSpan.FromSeconds(2), ct))
                {
                    done((await read.One(exchange.Id, ct)).Share ?? 0);
                }

                return true;
            });
            var now = await read.One(exchange.Id, ct);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{now.Name}: {now.Signals:N0} signals, {now.Added - exchange.Added:N0} added, {now.Removed - exchange.Removed:N0} removed, {now.SetAside:N0} set aside. {Words.Of(now.State)}"));
            if (now.LastFailure is { } failure)
            {
                Terminal.Remark(failure);
            }

            return now.LastFailure is null && now.SetAside == 0 ? Terminal.Done : Terminal.NotAll;
        }, ct));
        return command;
    }

    private static async Task<Dictionary<string, string>> Read(FileInfo file, CancellationToken ct)
    {
        try
        {
            await using var stream = file.OpenRead();
            return await JsonSerializer.DeserializeAsync<Dictionary<string, string>>(stream, Json.Options, ct) ?? [];
        }
        catch (JsonException)
        {
            throw new BadInput("credentials", "The file of credentials is not a JSON object of texts.");
        }
    }

    private static Command With(Command command, OpenStore where)
    {
        foreach (var option in where.Options)
        {
            command.Add(option);
        }

        return command;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
