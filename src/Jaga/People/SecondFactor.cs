using System.Security.Cryptography;
using Jaga.Audit;

namespace Jaga.People;

/// <summary>Checks the codes of a member of staff, and uses them up.</summary>
public sealed class SecondFactor(AuditLog audit, MasterKey master, TimeProvider clock)
{
    /// <summary>Recovery codes that are given out at once.</summary>
    public const int RecoveryCodes = 10;

    private const string Purpose = "people.totp";
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>The app's secret, sealed for <paramref name="staff"/>'s row.</summary>
    public byte[] Seal(StaffMember staff, byte[] secret) => master.Seal($"{Purpose}/{staff.Id}", secret);

    /// <summary>The app's secret of <paramref name="staff"/>, or null where none was made.</summary>
    internal byte[]? Open(StaffMember staff) => staff.TotpSecret is { } secret ? master.Open($"{Purpose}/{staff.Id}", secret) : null;

    /// <summary>True when <paramref name="code"/> is the app's code of this moment, which can then not be used again.</summary>
    /// <remarks><paramref name="staff"/> is held by the caller's transaction.</remarks>
    public bool SpendAppCode(StaffMember staff, string code)
    {
        if (Open(staff) is not { } secret || Totp.Match(secret, code, clock.GetUtcNow(), staff.TotpLastStep) is not { } step)
        {
            return false;
        }

        staff.TotpLastStep = step;
        return true;
    }

    /// <summary>True when <paramref name="code"/> is the app's code of this moment or an unused recovery code; neither can then be used again.</summary>
    public bool Spend(StaffMember staff, string code)
    {
        if (SpendAppCode(staff, code))
        {
            return true;
        }

        // Codes that were given out before digests were keyed still count, once.
        if ((string[])[Digest(code), Plain(code)] is var digests && !staff.RecoveryCodes.Any(digests.Contains))
        {
            return false;
        }

        staff.RecoveryCodes = [.. staff.RecoveryCodes.Where(c => !digests.Contains(c))];
        audit.Record(staff.Actor, "staff.recovery-code-used", staff.Subject, "", new { left = staff.RecoveryCodes.Count });
        return true;
    }

    /// <summary>New recovery codes in place of the old ones, to be shown once: <c>xxxxx-xxxxx</c>, 49 random bits each.</summary>
    public IReadOnlyList<string> Renew(StaffMember staff)
    {
        var codes = Enumerable.Range(0, RecoveryCodes).Select(_ => RandomNumberGenerator.GetString(Letters, 5) + "-" + RandomNumberGenerator.GetString(Letters, 5)).ToList();
        staff.RecoveryCodes = [.. codes.Select(Digest)];
        return codes;
    }

    // Keyed: 49 bits alone are guessed in a day by whoever has the database.
    private string Digest(string code) => Convert.ToHexStringLower(HMACSHA256.HashData(master.Derive("people.recovery-code"), Token.Hash(Written(code))));

    private static string Plain(string code) => Convert.ToHexStringLower(Token.Hash(Written(code)));

    private static string Written(string code) => code.Trim().Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
}
