using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>Asks for the word of a second person, gives it, and finds the one that serves; always in the caller's transaction, with a line on the word and on what it is about.</summary>
public sealed class SecondWords(Db db, AuditLog audit, TimeProvider clock, EvidenceSettings settings)
{
    private const int MaxReason = 500;

    /// <summary>Whether the house's policy wants two persons for this.</summary>
    public bool Needed(TwoPersonAct act) => act switch
    {
        TwoPersonAct.Export => settings.TwoPersons,
        TwoPersonAct.Reveal => settings.TwoPersonsToReveal,
        _ => settings.TwoPersonsToLift,
    };

    /// <summary>What still waits for somebody's word, oldest first.</summary>
    public IQueryable<SecondWord> Waiting(TwoPersonAct act)
    {
        var since = clock.GetUtcNow() - SecondWord.Serves;
        return db.SecondWords.AsNoTracking().Where(w => w.Act == act && w.AllowedBy == null && w.AskedAt > since).OrderBy(w => w.Id);
    }

    /// <summary>What this person asked for about something: the word that serves, or else the one that waits; null where there is neither.</summary>
    public async Task<SecondWord?> Of(TwoPersonAct act, Subject about, Actor actor, CancellationToken ct)
    {
        var (me, since) = (actor.ToString(), clock.GetUtcNow() - SecondWord.Serves);
        return await db.SecondWords.AsNoTracking().Where(w => w.Act == act && w.About.Kind == about.Kind && w.About.Id == about.Id && w.AskedBy == me && w.UsedAt == null && (w.AllowedAt > since || (w.AllowedBy == null && w.AskedAt > since)))
            .OrderByDescending(w => w.AllowedBy != null).ThenBy(w => w.Id).FirstOrDefaultAsync(ct);
    }

    /// <exception cref="BadInput">No reason, or more than 500 characters.</exception>
    internal SecondWord Ask(TwoPersonAct act, Subject about, string? reason, Actor actor)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason)
        {
            throw new BadInput("reason", $"Say why, in at most {MaxReason} characters.");
        }

        var word = new SecondWord { Id = Id<SecondWord>.New(clock), Act = act, About = about, AskedBy = actor.ToString(), AskedAt = clock.GetUtcNow(), Reason = reason };
        db.Add(word);
        Record(word, "asked", actor, new { about = about.ToString() });
        return word;
    }

    /// <exception cref="NotFound">Nobody asked for such a thing.</exception>
    /// <exception cref="RuleBroken">The same person asked, it was allowed before, or it is too late.</exception>
    internal async Task<SecondWord> Allow(Id<SecondWord> id, TwoPersonAct act, Actor actor, CancellationToken ct)
    {
        var word = await SecondWord.Locked(db, id, ct) is { } found && found.Act == act ? found : throw new NotFound("such request");
        word.Allow(actor, clock.GetUtcNow());
        Record(word, "allowed", actor, new { about = word.About.ToString(), word.AskedBy });
        return word;
    }

    /// <summary>Uses up the word that serves; null where there is none.</summary>
    internal async Task<SecondWord?> Take(TwoPersonAct act, Subject about, Actor actor, CancellationToken ct)
    {
        if (await Of(act, about, actor, ct) is not { AllowedBy: not null } found || await SecondWord.Locked(db, found.Id, ct) is not { } word || !word.Serving(actor, clock.GetUtcNow()))
        {
            return null;
        }

        Use(word, actor);
        return word;
    }

    internal void Use(SecondWord word, Actor actor)
    {
        word.Use(clock.GetUtcNow());
        audit.Record(actor, $"{Words.Of(word.Act)}.used", word.Subject, word.Reason);
    }

    private void Record(SecondWord word, string verb, Actor actor, object details)
    {
        audit.Record(actor, $"{Words.Of(word.Act)}.{verb}", word.Subject, word.Reason, details);
        audit.Record(actor, $"{word.About.Kind}.{Words.Of(word.Act)}-{verb}", word.About, word.Reason, verb == "allowed" ? new { word.AskedBy } : null);
    }
}
