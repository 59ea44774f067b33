using Microsoft.AspNetCore.Identity;

namespace Jaga.People;

/// <summary>
/// The rule for passwords and their hashing. Length and not being guessable count, composition does not (NIST SP 800-63B, section 3.1.1.2).
/// </summary>
public sealed class Passwords(IPasswordHasher<StaffMember> hasher)
{
    /// <summary>Characters at least.</summary>
    public const int Shortest = 12;

    /// <summary>Characters at most, so that nobody makes the server hash a book.</summary>
    public const int Longest = 256;

    // PBKDF2-HMAC-SHA512; the OWASP Password Storage Cheat Sheet asks for 210,000.
    internal const int Iterations = 210_000;

    // Nobody's password: checked when there is no account, so that the answer takes as long.
    private static readonly StaffMember Nobody = StaffMember.New("nobody@invalid.example", "Nobody", "en", [Role.Auditor], DateTimeOffset.UnixEpoch);
    private string? _nobodysHash;

    /// <summary>Hashes a new password of <paramref name="staff"/>.</summary>
    /// <exception cref="BadInput">It is too short, too long, or among the first that anybody would try.</exception>
    public string Hash(StaffMember staff, string password)
    {
        if (password.Length is < Shortest or > Longest)
        {
            throw new BadInput("password", $"A password has at least {Shortest} and at most {Longest} characters. Several words are easy to remember.");
        }

        return CommonPasswords.Contains(password, staff)
            ? throw new BadInput("password", "This password is among the first that an attacker would try.")
            : hasher.HashPassword(staff, password);
    }

    /// <summary>Whether <paramref name="password"/> is that of <paramref name="staff"/>. Takes as long for nobody.</summary>
    public bool Check(StaffMember? staff, string password)
    {
        var hash = staff?.PasswordHash ?? (_nobodysHash ??= hasher.HashPassword(Nobody, Token.New()));
        var right = password.Length <= Longest && hasher.VerifyHashedPassword(staff ?? Nobody, hash, password) is not PasswordVerificationResult.Failed;
        return right && staff?.PasswordHash is not null;
    }
}
