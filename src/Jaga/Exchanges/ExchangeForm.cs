using Jaga.Banks;

namespace Jaga.Exchanges;

/// <summary>What a person says about an exchange. What is null takes the usual value of its kind in a new exchange, and stays as it is in an old one.</summary>
public sealed record ExchangeForm
{
    public string? Name { get; init; }

    /// <summary>An <c>https</c> address, or <c>http</c> with <see cref="AllowPrivate"/>; of a folder, the name of a file in it. Not needed where an environment is named.</summary>
    public string? Address { get; init; }

    public bool? AllowPrivate { get; init; }

    /// <summary>See <see cref="Exchange.EveryMinutes"/>.</summary>
    public int? EveryMinutes { get; init; }

    /// <summary>See <see cref="Exchange.AllowedLagHours"/>.</summary>
    public int? AllowedLagHours { get; init; }

    /// <summary>See <see cref="Exchange.KeepDays"/>; 0 for never.</summary>
    public int? KeepDays { get; init; }

    /// <summary>All credentials anew, by the names that <see cref="KnownExchanges"/> has for the kind.</summary>
    public IReadOnlyDictionary<string, string>? Credentials { get; init; }

    /// <summary>Never shows the credentials.</summary>
    public override string ToString() => nameof(ExchangeForm);

    /// <exception cref="BadInput">Something cannot be; each is named with its reason.</exception>
    internal void Check(KnownExchanges.KnownKind kind, bool isNew)
    {
        var wrong = new Dictionary<string, string[]>();
        Check("name", Name is null ? !isNew : Name.Trim().Length is > 0 and <= Exchange.MaxNameLength && !Name.Any(char.IsControl), $"An exchange's name has 1 to {Exchange.MaxNameLength} characters.");
        Check("everyMinutes", EveryMinutes is null or (>= 5 and <= 10_080), "5 to 10,080 minutes.");
        Check("allowedLagHours", AllowedLagHours is null or (>= 1 and <= 720), "1 to 720 hours.");
        Check("keepDays", KeepDays is null or (>= 0 and <= 3650), "1 to 3,650 days, or 0 for no end.");
        if (Address is not null)
        {
            var reason = kind.Kind is ExchangeKind.Folder
                ? IsFileName(Address) ? null : "The name of a file in the folder of lists: letters, digits, '.', '_' and '-', at most 100."
                : WrongAddress(Address, AllowPrivate is true);
            Check("address", reason is null, reason ?? "");
        }

        if (Credentials is not null || isNew)
        {
            var given = Credentials ?? new Dictionary<string, string>();
            Check("credentials", given.Keys.All(k => kind.Credentials.Any(c => c.Name == k)) && given.Values.All(v => v.Length <= 4000 && !v.Any(c => c is < ' ' or > '~')),
                $"The credentials of this kind are {string.Join(", ", kind.Credentials.Select(c => c.Name))}; printable ASCII, at most 4,000 characters each.");
            foreach (var missing in kind.Credentials.Where(c => c.Required && given.GetValueOrDefault(c.Name, "").Length == 0))
            {
                wrong[$"credentials.{missing.Name}"] = ["Nothing can be fetched without it."];
            }
        }

        if (wrong.Count > 0)
        {
            throw new BadInput(wrong);
        }

        void Check(string field, bool right, string reason)
        {
            if (!right)
            {
                wrong[field] = [reason];
            }
        }
    }

    /// <summary>Fills what is said into <paramref name="exchange"/>.</summary>
    internal void Fill(Exchange exchange, MasterKey master)
    {
        exchange.Name = Name?.Trim() ?? exchange.Name;
        exchange.Address = Address?.TrimEnd('/') ?? exchange.Address;
        exchange.AllowPrivate = AllowPrivate ?? exchange.AllowPrivate;
        exchange.EveryMinutes = EveryMinutes ?? exchange.EveryMinutes;
        exchange.AllowedLagHours = AllowedLagHours ?? exchange.AllowedLagHours;
        exchange.KeepDays = KeepDays is 0 ? null : KeepDays ?? exchange.KeepDays;
        if (Credentials is not null)
        {
            exchange.Seal(Credentials.Where(c => c.Value.Length > 0).ToDictionary(c => c.Key, c => c.Value), master);
        }
    }

    /// <summary>What is said, for the audit log: of the credentials only which were given.</summary>
    internal object ForAudit() => new { Name, Address, AllowPrivate, EveryMinutes, AllowedLagHours, KeepDays, credentials = Credentials?.Where(c => c.Value.Length > 0).Select(c => c.Key) };

    private static string? WrongAddress(string address, bool allowPrivate) =>
        !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0 || address.Length > 2000
            ? "An https address without a password and without a fragment, at most 2000 characters."
            : uri.Scheme == "http" && !allowPrivate ? "Plain http is only for exchanges that may stand in a private network (allowPrivate)." : null;

    private static bool IsFileName(string name) => name.Length is > 0 and <= 100 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
