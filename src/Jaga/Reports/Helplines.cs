using System.Text.Json;

namespace Jaga.Reports;

/// <summary>Whom to call in a country: emergency numbers first.</summary>
/// <param name="Code">ISO 3166-1 alpha-2.</param>
/// <param name="Calling">What a number begins with from abroad, in place of its 0 (ITU-T E.164); null where no line has a chat.</param>
public sealed record HelplineCountry(string Code, string? Calling, IReadOnlyList<EmergencyNumber> Emergency, IReadOnlyList<Helpline> Lines)
{
    /// <summary>A line's number as digits with the country's own before them, as <c>wa.me</c> wants it.</summary>
    public string Abroad(string number) => Calling + Helpline.Digits(number).TrimStart('0');
}

/// <summary>A number for danger.</summary>
/// <param name="Number">As it is written: its digits, and in brackets where it is reached.</param>
/// <param name="Police">Whether police alone answers; else all services do.</param>
public sealed record EmergencyNumber(string Number, bool Police);

/// <summary>One body that helps or takes reports.</summary>
/// <param name="Police">Whether it is police.</param>
/// <param name="Sure">A: an official page was quoted; B: from secondary sources; C: general knowledge.</param>
/// <param name="Checked">When it was last looked at.</param>
public sealed record Helpline(string Name, string? Phone, string? Whatsapp, string? Url, string? Hours, string? Scope, string? ScopeId, string? Kind, bool Police, string Sure, DateOnly Checked)
{
    /// <summary>What is dialled of a written number: the digits before its extension.</summary>
    public static string Digits(string number) => string.Concat(number.Split("ext")[0].Split(" (")[0].Where(char.IsAsciiDigit));
}

/// <summary>The directory that comes with Jaga (<c>helplines.json</c>). The reader says which country; nobody guesses it.</summary>
public sealed class Helplines
{
    private sealed record Everything(string Note, Helpline Fallback, IReadOnlyList<HelplineCountry> Countries);

    private static readonly Everything All = Read();

    /// <summary>The countries, in the order of the file.</summary>
    public static IReadOnlyList<HelplineCountry> Countries => All.Countries;

    /// <summary>For every other country: a directory of hotlines.</summary>
    public static Helpline Fallback => All.Fallback;

    /// <summary>A country by its code, or null.</summary>
    public static HelplineCountry? Of(string? code) => All.Countries.FirstOrDefault(c => string.Equals(c.Code, code, StringComparison.OrdinalIgnoreCase));

    private static Everything Read()
    {
        using var stream = typeof(Helplines).Assembly.GetManifestResourceStream("Reports/helplines.json")!;
        return JsonSerializer.Deserialize<Everything>(stream, Json.Options)!;
    }
}
