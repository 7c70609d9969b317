#include <stdio.h>
#include <stdlib.h>

#include "body.h"
#include "diag.h"
#include "mem.h"
#include "pull.h"

static const char page_unit[] = " page ";

struct pages {
    struct pull *pull;
    struct listing *listing;
    uint64_t next, last;
};

static enum feed_next next_page(void *context, struct job *job, bool may_block)
{
    struct pages *p = context;
    (void)may_block;
    if (p->next > p->last)
        return FEED_END;
    job->line = p->next++;
    job->path = path_of("%s%cpage=%llu", p->listing->path,
                        strchr(p->listing->path, '?') ? '&' : '?', (unsigned long long)job->line);
    return FEED_JOB;
}

static const char *parse_page(void *context, struct job *job, struct slice body)
{
    struct pages *p = context;
    struct page page;
    const char *wrong = body_page(body, p->listing->order, &page);
    if (wrong)
        return wrong;
    job->result = mem_resize(NULL, 1, sizeof page);
    memcpy(job->result, &page, sizeof page);
    return NULL;
}

static void take_page(struct pages *p, struct page *page, uint64_t number)
{
    struct listing *l = p->listing;
    struct id_source from = {.where = l->path, .unit = page_unit, .part = " item "};
    l->total_pages = page->total_pages;
    l->total_results = page->total_results;
    for (size_t i = 0; i < page->count; i++) {
        const struct item *item = &page->items[i];
        if (item->wrong) {
            p->pull->run->read++;
            reject_id(p->pull, "bad-item", &from, number, (int64_t)i + 1, slice_of(""),
                      item->wrong);
            continue;
        }
        l->items = mem_grow(l->items, &l->room, l->count + 1, sizeof *l->items);
        l->items[l->count++] = (struct listed){item->id, item->order, number};
    }
    page_free(page);
}

static void emit_page(void *context, struct job *job)
{
    struct pages *p = context;
    if (job->outcome == OUTCOME_OK) {
        take_page(p, job->result, job->line);
        free(job->result);
    } else if (job->outcome == OUTCOME_REFUSED && job->line > p->listing->max_pages) {
        p->listing->cut = true; /* a cap that isn't documented */
    } else {
        /* Without this page the list isn't whole, and nobody could tell what is missing. */
        diag_die(job->outcome == OUTCOME_FAILED ? STATUS_RETRY : STATUS_FAILED, "%s: %s", job->path,
                 job->reason);
    }
}

void pages_fetch(struct pull *pull, struct listing *listing, uint64_t first, uint64_t last)
{
    struct pages p = {.pull = pull, .listing = listing, .next = first, .last = last};
    fetch_all(
        &pull->fetch,
        &(struct feed){
            .context = &p, .next = next_page, .parse = parse_page, .emit = emit_page, .fd = -1});
}

struct listed_ids {
    struct pull *pull;
    const struct listing *listing;
    size_t next;
    uint64_t end; /* of the ids seen in this run, where the limit is reached */
};

static enum feed_next next_listed(void *context, int64_t *id, uint64_t *line, bool may_block)
{
    struct listed_ids *s = context;
    (void)may_block;
    if (s->next == s->listing->count || s->pull->seen.count >= s->end)
        return FEED_END;
    *id = s->listing->items[s->next].id;
    *line = s->listing->items[s->next++].page;
    s->pull->run->read++;
    return FEED_JOB;
}

void listing_details(struct pull *pull, const struct listing *listing, uint64_t limit)
{
    struct listed_ids ids = {
        .pull = pull, .listing = listing, .end = limit ? pull->seen.count + limit : UINT64_MAX};
    details_fetch(pull, &(struct id_source){.context = &ids,
                                            .next = next_listed,
                                            .fd = -1,
                                            .where = listing->path,
                                            .unit = page_unit,
                                            .part = " film "});
}

void listing_cut(struct pull *pull, const struct listing *listing)
{
    char reason[200];
    snprintf(reason, sizeof reason, "TMDB gives %zu of %lld films and no more pages",
             listing->count, (long long)listing->total_results);
    diag_note("%s: %s", listing->path, reason);
    pull->run->read++;
    run_reject(pull->run, "list-cut", slice_of(listing->path), reason, slice_of(""), slice_of(""));
}

void listing_free(struct listing *listing)
{
    free(listing->items);
    free(listing->path);
    *listing = (struct listing){0};
}
