using Microsoft.AspNetCore.Identity;

namespace Jaga.People;

/// <summary>
/// Shows our tables to the framework's passkey handler, which asks for a user by id and for a passkey by credential, and no more.
/// It never writes: rows are written by the use cases, with their audit lines.
/// </summary>
public sealed class StaffStore(Db db) : IUserPasskeyStore<StaffMember>
{
    public Task<string> GetUserIdAsync(StaffMember user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(StaffMember user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task<string?> GetNormalizedUserNameAsync(StaffMember user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public async Task<StaffMember?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Id<StaffMember>.TryParse(userId, null, out var id) ? await db.Staff.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) : null;

    public Task<StaffMember?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken)
    {
        var email = StaffMember.Normal(normalizedUserName);
        return db.Staff.AsNoTracking().SingleOrDefaultAsync(s => s.Email == email, cancellationToken);
    }

    public async Task<StaffMember?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) => await (
        from passkey in db.StaffPasskeys
        join staff in db.Staff.AsNoTracking() on passkey.StaffId equals staff.Id
        where passkey.CredentialId == credentialId
        select staff).AsNoTracking().SingleOrDefaultAsync(cancellationToken);

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(StaffMember user, byte[] credentialId, CancellationToken cancellationToken) =>
        (await db.StaffPasskeys.AsNoTracking().SingleOrDefaultAsync(p => p.StaffId == user.Id && p.CredentialId == credentialId, cancellationToken))?.Info();

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(StaffMember user, CancellationToken cancellationToken) =>
        [.. (await db.StaffPasskeys.AsNoTracking().Where(p => p.StaffId == user.Id).ToListAsync(cancellationToken)).Select(p => p.Info())];

    public Task AddOrUpdatePasskeyAsync(StaffMember user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw WriteElsewhere();

    public Task RemovePasskeyAsync(StaffMember user, byte[] credentialId, CancellationToken cancellationToken) => throw WriteElsewhere();

    public Task<IdentityResult> CreateAsync(StaffMember user, CancellationToken cancellationToken) => throw WriteElsewhere();

    public Task<IdentityResult> UpdateAsync(StaffMember user, CancellationToken cancellationToken) => throw WriteElsewhere();

    public Task<IdentityResult> DeleteAsync(StaffMember user, CancellationToken cancellationToken) => throw WriteElsewhere();

    public Task SetUserNameAsync(StaffMember user, string? userName, CancellationToken cancellationToken) => throw WriteElsewhere();

    public Task SetNormalizedUserNameAsync(StaffMember user, string? normalizedName, CancellationToken cancellationToken) => throw WriteElsewhere();

    public void Dispose()
    {
        // The container owns the database's context.
    }

    private static NotSupportedException WriteElsewhere() => new("Staff are changed by the use cases of People, which write the audit line too.");
}
