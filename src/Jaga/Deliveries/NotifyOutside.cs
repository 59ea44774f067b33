using Jaga.Obligations;
using Jaga.People;

namespace Jaga.Deliveries;

/// <summary>Tells staff outside Jaga too: by mail where a mail server is set, and to every receiver that pages.</summary>
public sealed class NotifyOutside(Db db, Outbox outbox, MailSettings mail) : INotify
{
    /// <summary>The type of what receivers that page are told.</summary>
    public const string Type = "notice.raised";

    // Read once in a use case: a walk up a hundred ladders tells a hundred times.
    private List<Id<Receiver>>? _pagers;

    public async Task Notify(Notice notice, CancellationToken ct)
    {
        if (mail.IsSet && await To(notice, ct) is { Count: > 0 } to)
        {
            var subject = (notice.Urgent ? "[Jaga, urgent] " : "[Jaga] ") + (notice.Calls > 0 ? $"({notice.Calls + 1}) " : "") + (notice.SaysEn.Length > 120 ? notice.SaysEn[..120] + "…" : notice.SaysEn);
            foreach (var person in to.Distinct(StringComparer.OrdinalIgnoreCase))
            {
                outbox.Mail(new([person], subject, $"{notice.SaysEn}\n\n{notice.SaysId}\n\n{notice.About}\n"), Subject.Of("notice", notice.Id));
            }
        }

        foreach (var pager in _pagers ??= await db.Receivers.Where(r => r.Pages && !r.Disabled).Select(r => r.Id).ToListAsync(ct))
        {
            outbox.Send(pager, Type, new { notice.Id, notice.Whom, notice.Reached, notice.Persons, notice.Calls, notice.Queue, notice.Person, notice.Urgent, notice.About, says = new Sentence(notice.SaysEn, notice.SaysId) }, Subject.Of("notice", notice.Id));
        }
    }

    // Who is on call; or the addresses that were set for whoever is meant; or the staff who are that by their role.
    private async Task<List<string>> To(Notice notice, CancellationToken ct)
    {
        var called = notice.Persons.Select(p => Id<StaffMember>.TryParse(p, null, out var id) ? id : default).ToList();
        if (called.Count > 0 && await db.Staff.Where(s => called.Contains(s.Id) && s.DisabledAt == null).Select(s => s.Email).ToListAsync(ct) is { Count: > 0 } addresses)
        {
            return addresses;
        }

        return mail.Of(notice.Reached).ToList() is { Count: > 0 } set
            ? set
            : [.. (await db.Staff.AsNoTracking().Where(s => s.DisabledAt == null).ToListAsync(ct)).Where(s => s.Roles.Any(r => IsMeant(r, notice))).Select(s => s.Email).Order(StringComparer.Ordinal)];
    }

    private static bool IsMeant(Role role, Notice notice) => notice.Reached switch
    {
        Whom.Owner => role == (notice.Queue == "reviewers" ? Role.Reviewer : Role.Lead),
        Whom.Lead => role is Role.Lead,
        Whom.Head => role is Role.Lead or Role.Administrator,
        _ => role is Role.Lead or Role.Administrator or Role.Reviewer,
    };
}
