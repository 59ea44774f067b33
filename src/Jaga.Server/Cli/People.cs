using System.CommandLine;
using Jaga.Kernel;
using Jaga.People;
using Jaga.Server.Operate;

namespace Jaga.Server.Cli;

/// <summary><c>jaga people …</c>: what an operator does with accounts and keys on the machine itself, beside a running server or before it.</summary>
public static class People
{
    public static Command Build() => new("people", "Staff and API keys.") { Link(), Add(), List(), new Command("key", "API keys.") { CreateKey(), RevokeKey() } };

    /// <summary>Where a browser on this machine reaches a server that listens at <paramref name="url"/>: by name, because passkeys belong to names.</summary>
    internal static string Reached(string url) =>
        url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal)
            .Replace("[::]", "localhost", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal).Replace("*", "localhost", StringComparison.Ordinal).TrimEnd('/');

    private static Option<string?> Address() => new("--address") { Description = "Where the server is reached, as links begin. Default: People:Address of the settings, or else where the server that was started last on this data folder listens." };

    private static string Link(string? said, IServiceProvider parts, string path) =>
        Reached(said ?? (parts.GetRequiredService<PeopleSettings>().Address is { Length: > 0 } set ? set : DataFolder.Address(parts.GetRequiredService<StorageSettings>()) ?? Up.Usual)) + path;

    private static Command Link()
    {
        var (where, address) = (new OpenStore(), Address());
        var whose = new Option<string?>("--as") { Description = "Whose link, by e-mail address. Default: the administrator who has been here longest." };
        var link = With(new Command("link", "Print a link that signs in once, within ten minutes; or, while nobody is here, the link for the first administrator.") { whose, address }, where);
        link.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var path = await parts.GetRequiredService<PrepareSetUp>().Run(ct)
                ?? await parts.GetRequiredService<MakeSignInLink>().Run(parsed.GetValue(whose), OpenStore.Operator, ct);
            Console.WriteLine(Link(parsed.GetValue(address), parts, path));
            return Terminal.Done;
        }, ct, mayMake: true));
        return link;
    }

    private static Command Add()
    {
        var (where, address) = (new OpenStore(), Address());
        var email = new Option<string>("--email") { Description = "The address to sign in with.", Required = true };
        var name = new Option<string>("--name") { Description = "As colleagues see it.", Required = true };
        var roles = WordOption.Many("--role", "What they are here to do.", StaffMember.StaffRoles);
        roles.Required = true;
        var language = new Option<string>("--language") { Description = "The console's language for them.", DefaultValueFactory = _ => StaffMember.Languages[0] };
        language.AcceptOnlyFromAmong([.. StaffMember.Languages]);
        var add = With(new Command("add", "Add a member of staff and print the link with which they choose a password.") { email, name, roles, language, address }, where);
        add.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var request = new InviteStaff.Request(parsed.GetValue(email)!, parsed.GetValue(name)!, parsed.GetValue(roles)!, parsed.GetValue(language)!);
            Console.WriteLine(Link(parsed.GetValue(address), parts, (await parts.GetRequiredService<InviteStaff>().Run(request, OpenStore.Operator, ct)).Link));
            return Terminal.Done;
        }, ct, mayMake: true));
        return add;
    }

    private static Command List()
    {
        var where = new OpenStore();
        var list = With(new Command("list", "List the members of staff: a table on a terminal, CSV in a pipe."), where);
        list.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var rows = new List<ReadStaff.Row>();
            for (string? after = ""; after is not null;)
            {
                var page = await parts.GetRequiredService<ReadStaff>().Run(new(after, Page<ReadStaff.Row>.MaxSize), ct);
                rows.AddRange(page.Rows);
                after = page.Next;
            }

            Terminal.Table(
                ["email", "name", "roles", "secondFactor", "open"],
                rows.Select(r => (IReadOnlyList<string>)[r.Email, r.Name, string.Join(' ', r.Roles).ToLowerInvariant(), r.HasTotp || r.Passkeys > 0 ? "yes" : "no", r.DisabledAt is null ? "yes" : "no"]));
            return Terminal.Done;
        }, ct));
        return list;
    }

    private static Command CreateKey()
    {
        var where = new OpenStore();
        var name = new Option<string>("--name") { Description = "What the key is for.", Required = true };
        var scopes = WordOption.Many("--scope", "What it may do. Default: checkItems and confirmActions.", Matrix.PossibleOfKey(Role.Integration));
        var platform = new Option<string?>("--platform") { Description = "The platform that the key speaks for." };
        var days = new Option<int?>("--days") { Description = "Days until it stops working. Default: it does not." };
        var create = With(new Command("create", "Make an API key and print it. It is not shown again.") { name, scopes, platform, days }, where);
        create.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            var expires = parsed.GetValue(days) is { } count ? parts.GetRequiredService<TimeProvider>().GetUtcNow().AddDays(count) : (DateTimeOffset?)null;
            var request = new CreateApiKey.Request(parsed.GetValue(name)!, parsed.GetValue(scopes) is { Length: > 0 } said ? said : [Permission.CheckItems, Permission.ConfirmActions], parsed.GetValue(platform), expires);
            Console.WriteLine((await parts.GetRequiredService<CreateApiKey>().Run(request, OpenStore.Operator, ct)).Key);
            return Terminal.Done;
        }, ct, mayMake: true));
        return create;
    }

    private static Command RevokeKey()
    {
        var where = new OpenStore();
        var given = new Argument<string>("KEY") { Description = "The key's id, or the start of its text: jaga_ and twelve characters." };
        var revoke = With(new Command("revoke", "Revoke an API key. A running server stops believing it within seconds.") { given }, where);
        revoke.SetAction((parsed, ct) => where.Do(parsed, async parts =>
        {
            for (var after = (string?)null; ;)
            {
                var page = await parts.GetRequiredService<ReadApiKeys>().Run(new(after, Page<ReadApiKeys.Row>.MaxSize), ct);
                if (page.Rows.SingleOrDefault(r => r.Id.ToString() == parsed.GetValue(given) || r.Prefix == parsed.GetValue(given)) is { } key)
                {
                    await parts.GetRequiredService<RevokeApiKey>().Run(key.Id, OpenStore.Operator, ct);
                    return Terminal.Done;
                }

                after = page.Next ?? throw new NotFound($"API key {parsed.GetValue(given)}");
            }
        }, ct));
        return revoke;
    }

    private static Command With(Command command, OpenStore where)
    {
        foreach (var option in where.Options)
        {
            command.Add(option);
        }

        return command;
    }
}
